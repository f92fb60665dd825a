"""Rolling origins: at each, a model sees what was known then, and its forecast is kept. Nothing else reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from tocsin.forecast.frame import Frame, FrameError, View

F_co = TypeVar("F_co", covariant=True)
F = TypeVar("F")


class Model(Protocol[F_co]):
    """What every model is, a baseline too: a forecast from a view.

    The same view and seed give the same forecast. A model that learns from its own past forecasts makes them from
    `view.at(earlier)`; it may keep them, since a forecast once made from an earlier view does not change.
    """

    @property
    def name(self) -> str:
        """Short, unique among the models of a target; stands in tables and cards."""
        ...

    def forecast(self, view: View, seed: int) -> F_co:
        """The forecast at the view's origin, for the units of `view.now`."""
        ...


@dataclass(frozen=True)
class Made(Generic[F]):
    """A forecast and the origin it was made at."""

    origin: int
    forecast: F


def check_origins(frame: Frame, origins: Sequence[int], said: Callable[[int], str] = str) -> None:
    """Raise FrameError unless the frame has rows of every origin: asked before hours of work, not after them."""
    times = np.unique(frame.time)
    missing = [origin for origin in origins if origin not in times]
    if missing:
        raise FrameError(
            f"the panel has no rows of {said(missing[0])}; it has {said(int(times[0]))} to {said(int(times[-1]))}",
            where="--origins",
            remedy="Ask for origins that the panel holds",
        )


def rolling(
    model: Model[F],
    frame: Frame,
    origins: Iterable[int],
    seed: int,
    on_origin: Callable[[], None] = lambda: None,
) -> Iterator[Made[F]]:
    """A model's forecast at each origin; `on_origin` is told after each."""
    for origin in origins:
        yield Made(origin, model.forecast(frame.at(origin), seed))
        on_origin()
