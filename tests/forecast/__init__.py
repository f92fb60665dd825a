"""Forecasts: what a model may see, what every model must do, and what the numbers are."""
