"""Every address of the desk, from the URL configuration itself, so that a screen that is added is tried as well.

An address with parameters is filled in from VALUES, by the name of its view and parameter, or by parameter alone. A
parameter without a value fails the tests: whoever adds a screen says what may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.records.people import people

WARNING = "GW-2023-10-ARM-AZE"

VALUES: dict[str, str] = {
    "pk": "1",
    "uidb36": "1",
    "key": "C01",
    "token": "a" * 43,
    "username": "admin",
    "warning": WARNING,
    "situation": "armenia-2023",
    "verb": "grant",
    "framework": "ten-stages",
    "number": "1",
    "path": "index.html",
    "sha256": "0" * 64,
    "source:key": "S01",
    "layer": "new",
    "handling:key": "new",
    "acts": "1-2",
    "kind": "witness",
    "reveal:key": "K1",
    "expectation:key": "E01",
    "expectation_step:key": "E01",
    "expectation_step:verb": "settle",
    "asked:key": "REC-1",
}


class Address(NamedTuple):
    """One address, with the name of its view."""

    name: str
    path: str


def addresses() -> list[Address]:
    """All addresses of the URL configuration, filled in."""
    from django.urls import get_resolver

    found = list(_walk(get_resolver().url_patterns, "", ""))
    assert len(found) >= 20, "sign-in alone has twenty"
    return found


def _walk(patterns: list, route: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, here, pattern.namespace or space)
        else:
            name = pattern.name or here
            yield Address(f"{space}:{name}" if space else name, "/" + _fill(here, name))


def _fill(route: str, name: str) -> str:
    def value(parameter: str) -> str:
        found = VALUES.get(f"{name}:{parameter}", VALUES.get(parameter))
        assert found is not None, f"tests/hostile/walk.py has no value for {parameter} of {name}"
        return found

    plain = re.sub(r"\(\?P<(\w+)>[^()]*\)", lambda found: value(found[1]), route)
    plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: value(found[1]), plain)
    return plain.replace("^", "").replace("$", "")


def armenia(desk) -> tuple:
    """A situation with everything in it: the Armenia case, loaded and submitted. Gives its draft."""
    from tests.cases import ARMENIA
    from tests.records.people import at
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles

    (rita,) = people(("rita", "reviewer"))
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    VALUES["situation"] = draft.situation.key
    actions.submit(by=rita, at=at(2), desk=desk, draft=draft)
    return draft
