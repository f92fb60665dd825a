"""What is said of a backtest, whatever its target."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.forecast.scores import Interval

ENOUGH = 100
"""From fewer events no difference is called significant: ranks and rates of so few are mostly chance."""


@dataclass(frozen=True)
class Report:
    """Figures of one table, and of another beside it where there is one.

    n_events:    what happened, of n_rows forecasts
    differences: by figure, the first table less the other, or the ratio, with the interval of a bootstrap that draws
                 whole countries
    left_out:    by figure, least and greatest of the same when any one country is left out
    even:        what a difference is when both are as good: 0, or 1 of a ratio
    calibration: (chance said on average, share that came, forecasts)
    """

    n_rows: int
    n_events: int
    figures: dict[str, float]
    beside: dict[str, float] = field(default_factory=dict)
    differences: dict[str, Interval] = field(default_factory=dict)
    left_out: dict[str, tuple[float, float]] = field(default_factory=dict)
    calibration: tuple[tuple[float, float, int], ...] = ()
    even: float = 0.0

    def concluded(self) -> str:
        """What may be said of the differences, in a sentence; empty where nothing was compared."""
        if not self.differences:
            return ""
        if self.n_events < ENOUGH:
            return (
                f"{self.n_events} events are fewer than {ENOUGH}: no difference here is called significant, whatever "
                "its interval"
            )
        clear = [name for name, gap in self.differences.items() if not gap.low <= self.even <= gap.high]
        if not clear:
            return "every interval holds no difference: the data cannot tell the two apart"
        return f"beyond what drawing other countries gives: {', '.join(clear)}; the rest cannot be told apart"
