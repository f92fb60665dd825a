"""Forecasts on record before their outcome: filed, chained, signed, scored when the outcome is in, never edited."""
