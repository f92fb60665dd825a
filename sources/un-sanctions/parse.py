"""The UN Security Council's consolidated list: who was listed, when, under which regime.

What serves screening (papers, dates and places of birth, addresses) is left: a warning needs to say what the
Council did, and nobody's passport number has a place on this desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tocsin.collect.documents.xml import parse_xml
from tocsin.collect.errors import LayoutError
from tocsin.collect.fields import Fields

_GROUPS = {"INDIVIDUALS": ("INDIVIDUAL", "person"), "ENTITIES": ("ENTITY", "entity")}
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_SCREENING = "serves the screening of customers, not a record of what the Council did"
_LEFT = {
    "VERSIONNUM": "the number of a revision whose text the list does not keep; the days of updates are read",
    "LIST_TYPE": "the same words, 'UN List', for every entry",
    "SORT_KEY": "empty in every entry",
    "SORT_KEY_LAST_MOD": "empty in every entry",
    "SUBMITTED_BY": "who proposed the listing, given for a few old entries only",
    "DELISTED_ON": "the list names nobody who was removed",
    "TITLE": "forms of address; posts are under DESIGNATION",
    "ADDRESS": _SCREENING,
    "DATE_OF_BIRTH": _SCREENING,
    "PLACE_OF_BIRTH": _SCREENING,
    "DOCUMENT": _SCREENING,
}
_MEND = "See what the publisher changed, then mend the source's parse.py and raise its revision"
_ALIAS_LEFT = ("CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "DATE_OF_BIRTH")

Row = dict[str, str | bytes | None]


def records(path: Path, layout: str) -> Iterator[Row]:
    """The rows of one table ("listings", "updates", "aliases") out of the list's XML."""
    root = parse_xml(path.read_bytes(), where=path.name)
    if root.tag != "CONSOLIDATED_LIST" or {group.tag for group in root} != set(_GROUPS):
        found = ", ".join(str(group.tag) for group in root)
        raise LayoutError(
            f"this is not the consolidated list: it is {root.tag} with {found or 'nothing'}",
            where=path.name,
            remedy="Fetch the list's XML again, from the address in source.toml",
        )
    generated_at = (root.get("dateGenerated") or "").removesuffix("Z")
    for group in root:
        tag, listed_as = _GROUPS[str(group.tag)]
        for number, entry in enumerate(group, start=1):
            where = f"{path.name}, {tag} {number}"
            if entry.tag != tag:
                raise LayoutError(f"{entry.tag} stands among {group.tag}", where=where, remedy=_MEND)
            listing, updates, aliases = _read(entry, tag, where)
            if layout == "listings":
                yield {**listing, "listed_as": listed_as, "list_generated_at": generated_at}
            else:
                yield from updates if layout == "updates" else aliases


def _read(entry: etree._Element, tag: str, where: str) -> tuple[Row, list[Row], list[Row]]:
    """One entry taken apart: its listing, the days of its updates, its other names."""
    parts: dict[str, list[etree._Element]] = {}
    for part in entry:
        parts.setdefault(str(part.tag), []).append(part)
    fields = Fields(parts, where=where)

    def text(name: str) -> str | None:
        found = [value for element in fields.find(name) or () if (value := _text(element))]
        if len(found) > 1:
            raise LayoutError(f"{name} is given {len(found)} times", where=where, remedy=_MEND)
        return found[0] if found else None

    def values(name: str) -> list[str]:
        inside = [value for element in fields.find(name) or () for value in element]
        odd = {str(value.tag) for value in inside} - {"VALUE"}
        if odd:
            raise LayoutError(f"{name} holds {', '.join(sorted(odd))}", where=where, remedy=_MEND)
        return [value for element in inside if (value := _text(element))]

    reference = text("REFERENCE_NUMBER")
    listed_on = text("LISTED_ON")
    updated = sorted(values("LAST_DAY_UPDATED"))
    aliases = [_alias(element, where) for element in fields.find(f"{tag}_ALIAS") or ()]
    named = [alias for alias in aliases if alias["alias"]]
    listing: Row = {
        "reference_number": reference,
        "data_id": text("DATAID"),
        "name": " ".join(part for name in _NAMES if (part := text(name))) or None,
        "name_original_script": text("NAME_ORIGINAL_SCRIPT"),
        "regime": text("UN_LIST_TYPE"),
        "listed_date": listed_on[:10] if listed_on else None,
        "listed_date_as_given": listed_on,
        "last_updated_date": updated[-1][:10] if updated else None,
        "n_updates": str(len(updated)),
        "n_aliases": str(len(named)),
        "designations": " | ".join(values("DESIGNATION")) or None,
        "nationalities": " | ".join(values("NATIONALITY")) or None,
        "gender": text("GENDER"),
        "comments": text("COMMENTS1"),
    }
    for name, reason in _LEFT.items():
        fields.left(name, reason)
        fields.left(f"{tag}_{name}", reason)
    fields.done()
    return (
        listing,
        [{"reference_number": reference, "updated_date": day[:10]} for day in updated],
        [{"reference_number": reference, "alias_number": str(n), **alias} for n, alias in enumerate(named, start=1)],
    )


def _alias(element: etree._Element, where: str) -> Row:
    fields = Fields({str(part.tag): _text(part) for part in element}, where=f"{where}, {element.tag}")
    alias: Row = {
        "alias": fields.pop("ALIAS_NAME"),
        "quality": fields.pop("QUALITY"),
        "note": fields.find("NOTE"),
    }
    for name in _ALIAS_LEFT:
        fields.left(name, _SCREENING)
    fields.done()
    return alias


def _text(element: etree._Element) -> str | None:
    """An element's text, trimmed; None when there is none."""
    return (element.text or "").strip() or None
