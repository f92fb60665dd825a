"""How the desk behaves towards the world's servers: how much, how long, how often, and under which name."""

from __future__ import annotations

import msgspec

from tocsin import __version__

ROBOT_NAME = "tocsin"


class FetchPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Limits and manners of a Fetcher; the defaults suit a publisher's data file.

    contact         told to every server in the User-Agent, so that a person can be reached
    allow_hosts     hosts, exactly as written in an address, that may be reached on a private network
    max_bytes       cap on an answer as it comes, and on what it unpacks to
    deadline_s      the whole of one `get`, every attempt and wait included
    read_timeout_s  the longest silence in the middle of an answer
    max_wait_s      the longest wait that a server's Retry-After is granted
    first_wait_s    back-off before the second attempt; doubles from there
    min_interval_s  between two requests to one host, at least
    """

    contact: str = ""
    allow_hosts: tuple[str, ...] = ()
    max_bytes: int = 16 * 2**30
    deadline_s: float = 3600.0
    connect_timeout_s: float = 20.0
    read_timeout_s: float = 60.0
    max_attempts: int = 5
    max_redirects: int = 10
    max_wait_s: float = 300.0
    first_wait_s: float = 1.0
    min_interval_s: float = 1.0

    @property
    def user_agent(self) -> str:
        """The name given to servers: what we are, and whom to write to."""
        return f"{ROBOT_NAME}/{__version__}" + (f" (+{self.contact})" if self.contact else "")
