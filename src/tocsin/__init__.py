"""Tocsin: evidence into warnings of mass atrocity, and warnings into action on record."""

__version__ = "0.1.0"
