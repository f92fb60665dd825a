"""Numba behind a typed door: loops compiled on first use, kept on disk, on one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code. Without fast-math: sums come out the same on every machine of a kind."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True, error_model="numpy")(function))
