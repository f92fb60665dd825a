"""What a score cannot be made of."""

from __future__ import annotations

from tocsin.core.errors import TocsinError


class ScoreError(TocsinError):
    """Forecasts and outcomes do not fit together, or hold what cannot be scored."""
