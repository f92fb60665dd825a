"""Probabilities as every published form writes them."""

from __future__ import annotations

from tocsin.core.model.forecasts import ForecastBlock
from tocsin.publish.words import Words


def probability(block: ForecastBlock, words: Words) -> str:
    """`3.1% (1.2% to 5.0%)`, or without a range where there is none."""
    if block.p_low is None or block.p_high is None:
        return percent(block.p)
    return words("site-forecast-range", p=percent(block.p), low=percent(block.p_low), high=percent(block.p_high))


def percent(p: float) -> str:
    """A probability in per cent, to two figures that count."""
    return f"{p * 100:.2g}%" if p < 0.1 else f"{p:.0%}"
