"""The one way to the network.

    with Fetcher(FetchPolicy(contact="desk@example.org"), clock=now) as fetcher:
        fetched = fetcher.get("https://ucdp.uu.se/downloads/ged.zip", to=desk / "archive/downloads/ged.zip")

What it does, each in a module of its own: which addresses may be reached (addresses), connect only to those
and only until a deadline (connect), ask again when that may help (retry), go on where a download broke off
(part), unpack within a cap (decode), heed robots.txt (robots), and refuse an answer of the wrong kind (answer).
"""

from tocsin.archive.fetch.answer import Exchange, Fetched, Validators
from tocsin.archive.fetch.errors import (
    AddressError,
    BusyError,
    FetchError,
    RefusedError,
    RobotsError,
    TooLargeError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tocsin.archive.fetch.fetcher import Fetcher
from tocsin.archive.fetch.policy import FetchPolicy

__all__ = [
    "AddressError",
    "BusyError",
    "Exchange",
    "FetchError",
    "FetchPolicy",
    "Fetched",
    "Fetcher",
    "RefusedError",
    "RobotsError",
    "TooLargeError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "Validators",
]
