"""Text that people and sources write stays text: hostile words are planted in every record, and every page is read.

A screen joins by having an address (tests/hostile/walk.py); it need not be named here.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.hostile.test_every_page import inline, inline_of, of_all_roles, pages
from tests.hostile.walk import armenia
from tests.records.people import at
from tests.web.signed_in import ClientOf
from tocsin.warn.desk import DeskFolder

PAYLOADS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</textarea></title></style><svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "{{ 7|add:7 }}{% debug %}",
    "<!--<base href=//evil.example>",
    "\u202e<a href=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<x-tocsin-planted>",
)

WORDS = " ".join(PAYLOADS)


def planted(said: Any, key: str = "") -> Any:
    """The same, with the hostile words at the end of each text that a person might have written."""
    if isinstance(said, dict):
        return {name: planted(value, name) for name, value in said.items()}
    if isinstance(said, list):
        return [planted(value, key) for value in said]
    return f"{said} {WORDS}" if isinstance(said, str) and " " in said else said


def plant(draft: Any) -> int:
    """Plant the words in the newest version of every record; gives in how many."""
    from tocsin.records.acting import acting
    from tocsin.records.models import Record
    from tocsin.records.queries import newest

    rita = draft.act.by
    count = 0
    with acting("tests.plant", by=rita, at=at(5), situation=draft.situation) as act:
        for record in Record.objects.exclude(head=0):
            version = newest(record)
            before = msgspec.json.decode(version.content)
            for attempt in (planted(before), {**before, **_one_by_one(before, record.noun.struct)}):
                try:
                    after = msgspec.convert(attempt, record.noun.struct)
                except msgspec.ValidationError:
                    continue
                if attempt != before:
                    within = None if record.parent_id else record.situation
                    act.keep(record.kind, record.key, after, situation=within, parent=record.parent, seen=record.head)
                    count += 1
                break
    return count


def _one_by_one(before: dict[str, Any], struct: type) -> dict[str, Any]:
    """The fields that take the words, where the record as a whole does not."""
    taken = {}
    for name, value in before.items():
        try:
            msgspec.convert({**before, name: planted(value)}, struct)
        except msgspec.ValidationError:
            continue
        taken[name] = planted(value)
    return taken


def test_hostile_words_in_every_record_stay_words_on_every_page(desk: DeskFolder, client_of: ClientOf) -> None:
    draft = armenia(desk)
    assert plant(draft) >= 50
    shown = []
    for path, answer in pages(of_all_roles(client_of)).items():
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        assert inline_of(path, answer) == [], path
        assert b"<x-tocsin-planted>" not in answer.content, path
        if b"x-tocsin-planted" in answer.content:
            shown.append(path)
    if _has_screens():
        assert len(shown) >= 5, f"too few pages show what was planted: {shown}"


def _has_screens() -> bool:
    from tests.hostile.walk import addresses

    return any(address.name == "desk:claims" for address in addresses())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_in_a_name_or_a_form_stay_words(client_of: ClientOf, payload: str) -> None:
    client = client_of("admin", "administrator")
    answer = client.post("/people/invite/", {"username": payload, "name": payload, "email": payload, "reason": payload})
    assert answer.status_code == 200
    assert inline(answer.content) == []
    assert payload not in answer.content.decode() or "<" not in payload
