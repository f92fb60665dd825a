"""Collected tables into checked ones: raw, clean, ready; land that changed hands; series and signals of a situation."""
