"""What somebody may choose: situations and languages of issued editions, and so known to everybody already."""

from __future__ import annotations

from tocsin.records.models import Edition
from tocsin.records.queue import this_desk
from tocsin.warn.edition_store import EditionStore


def situations() -> list[tuple[str, str]]:
    """Key and title of each situation of which an edition was issued: none that the desk only works on."""
    return sorted({(key, title) for key, title, _ in _issued()}, key=lambda each: each[1])


def languages() -> list[tuple[str, str]]:
    """Languages in which editions were issued; none while there is one only, as there is nothing to choose."""
    found = sorted({language for _, _, language in _issued()})
    return [(language, language) for language in found] if len(found) > 1 else []


def _issued() -> list[tuple[str, str, str]]:
    store = EditionStore(this_desk().editions)
    newest: dict[int, str] = {}
    for bulletin, digest in Edition.objects.order_by("bulletin", "number").values_list("bulletin", "sha256"):
        newest[bulletin] = digest
    contents = [store.read(digest).content for digest in newest.values()]
    return [(content.situation.id, content.situation.title, content.language) for content in contents]
