"""One thread for everything that is computed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep linear algebra and trees on one thread: on small tables more threads only wait for one another."""
    with threadpool_limits(limits=1):
        yield
