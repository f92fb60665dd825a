"""Pages of a worker take turns, so that twenty people at once wait no longer than they must."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

MOMENT_S = 0.2
"""How long a page waits for the one before it."""


class TakingTurns:
    """A WSGI application whose pages are made one after another, as far as no one of them takes long.

    Python makes one page at a time in a worker anyway. Pages made by halves keep taking it from each other, and all are
    done late; one after another, most are done early. Whoever has waited for a moment goes ahead all the same: a long
    import or a PDF does not hold up the others.
    """

    def __init__(self, application: Application, moment_s: float = MOMENT_S) -> None:
        self._application = application
        self._moment_s = moment_s
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer."""
        has_turn = self._turn.acquire(timeout=self._moment_s)
        try:
            return self._application(environ, start_response)
        finally:
            if has_turn:
                self._turn.release()
