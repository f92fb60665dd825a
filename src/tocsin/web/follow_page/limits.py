"""How often somebody may ask: counted by where they ask from, and for the desk as a whole."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_S = 3600
FROM_ONE_PLACE = 10
ALTOGETHER = 500


def may_ask(request: HttpRequest) -> bool:
    """Count one more request, and say whether it is within the limits."""
    place = get_adapter().get_client_ip(request)  # as sign-in counts, proxies of the desk's own left out
    return _count(f"follow:{place}") <= FROM_ONE_PLACE and _count("follow:all") <= ALTOGETHER


def _count(key: str) -> int:
    cache.add(key, 0, WINDOW_S)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, WINDOW_S)
        return 1
