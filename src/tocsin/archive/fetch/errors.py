"""What can go wrong on the way to an address.

ArchiveError
+-- FetchError
    +-- AddressError           not an address that may be asked: wrong scheme, a password in it, a private
    network
    +-- RobotsError            the site asks robots to keep away from this page
    +-- RefusedError           the server said no, and will say no again (4xx)
    +-- UnreachableError       no good answer after every attempt (no route, 5xx, 429, broken off)
    +-- TooLargeError          more bytes, or more decompressed bytes, than the cap
    +-- UnexpectedAnswerError  an answer, but not of the kind asked for (a page where a table was expected)
    +-- BusyError              another run is downloading to the same place
"""

from tocsin.archive.errors import ArchiveError


class FetchError(ArchiveError):
    """Something on the way to an address that a person can mend."""


class AddressError(FetchError):
    """The address may not be asked."""


class RobotsError(FetchError):
    """The site's robots.txt keeps this page from robots."""


class RefusedError(FetchError):
    """The server refused for good; `status` is its code."""

    def __init__(self, problem: str, *, status: int, where: str = "", remedy: str = "") -> None:
        self.status = status
        super().__init__(problem, where=where, remedy=remedy)


class UnreachableError(FetchError):
    """No good answer after every attempt; what came so far is kept beside the target to go on from."""


class TooLargeError(FetchError):
    """The answer is larger than the cap."""


class UnexpectedAnswerError(FetchError):
    """The answer is not of the kind asked for."""


class BusyError(FetchError):
    """Another process is downloading to the same file."""
