"""When to ask again, and how long to wait before. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given as seconds or as an HTTP date; None when it says
    neither.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def back_off_s(attempt: int, first_s: float, fraction: float) -> float:
    """The wait before attempt number `attempt` + 1: doubling from `first_s`, spread by a random `fraction` of
    0..1.

    Between half and the whole of the doubled wait, so that desks cut off together do not come back together.
    """
    doubled_s = first_s * float(2 ** (attempt - 1))
    return doubled_s * (0.5 + fraction / 2)
