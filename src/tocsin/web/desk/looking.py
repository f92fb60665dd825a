"""Who else has the same thing open. A courtesy: kept in the desk's `cache/` for some minutes, and nowhere else.

Files, and not the database: to look at something must not make others wait who write.
"""

from __future__ import annotations

from typing import Final

from django.core.cache.backends.filebased import FileBasedCache
from django.http import HttpRequest

from tocsin.records.models import Record
from tocsin.web import current_desk
from tocsin.web.desk.access import access
from tocsin.web.desk.doing import now

LOOKING_S: Final = 120
"""For how long somebody counts as looking at what they opened."""


def looking_at(request: HttpRequest, record: Record) -> list[str]:
    """Who else opened the same thing in the last minutes."""
    folder = current_desk().folder / "cache" / "looking"
    cache = FileBasedCache(str(folder), {"max_entries": 2_000})
    own, slot, at = access(request).person.username, str(record.pk), now().timestamp()
    seen: dict[str, float] = {who: when for who, when in (cache.get(slot) or {}).items() if when > at - LOOKING_S}
    if seen.get(own, 0.0) < at - LOOKING_S / 4:
        cache.set(slot, {**seen, own: at}, LOOKING_S)
    return sorted(who for who in seen if who != own)
