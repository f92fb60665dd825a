"""Every screen that a link leads to opens; what is not somebody's is not there; pages read little."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.desk.conftest import SITUATION, WARNING

LIMIT = 400
OUTSIDE = ("/static/", "/site/", "/account/", "/api/", "/subscribe/", "/follow/")

MOST_QUERIES = {
    "/inbox/": 7,
    f"/inbox/{SITUATION}/k1/": 10,
    f"/situations/{SITUATION}/claims/": 8,
    f"/situations/{SITUATION}/claims/C06/": 10,
    f"/warnings/{WARNING}/board/": 7,
    f"/warnings/{WARNING}/draft/": 12,
    f"/warnings/{WARNING}/sign-off/": 20,
    "/warnings/": 9,
    "/ledger/": 5,
    "/": 13,
}
"""Queries of a page once its process is warm, session and roles included."""


def links_in(page: str, path: str) -> set[str]:
    found = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="([^"#]+)', page)}
    found = {path.partition("?")[0] + link if link.startswith("?") else link for link in found}
    return {link for link in found if link.startswith("/") and not link.startswith(OUTSIDE)}


def walk(client: Any) -> dict[str, int]:
    """The status of every page that links lead to."""
    todo, seen = ["/"], {}
    while todo and len(seen) < LIMIT:
        path = todo.pop()
        if path in seen:
            continue
        answer = client.get(path)
        seen[path] = answer.status_code
        if answer.status_code == 200 and "html" in answer["Content-Type"] and "/preview/" not in path:
            todo += links_in(answer.content.decode(), path) - seen.keys()
    return seen


@pytest.mark.parametrize("name", ["ani", "petra", "admin"])
def test_every_screen_that_a_link_leads_to_opens(clients: Any, name: str) -> None:
    seen = walk(clients[name])
    assert {path: status for path, status in seen.items() if status not in (200, 302)} == {}
    assert len(seen) > (20 if name == "admin" else 100)


def test_a_role_in_one_situation_opens_no_other(clients: Any, client_of: Any) -> None:
    from tests.records.people import A_SITUATION, at
    from tocsin.review import actions

    elsewhere = actions.open_situation(by=clients["rita"].person, at=at(20), key="valley", scope=A_SITUATION).record
    guest = client_of("guest", "reviewer", elsewhere)
    seen = walk(guest)
    assert set(seen.values()) == {200}
    assert not any(SITUATION in path or WARNING in path for path in seen)
    for path in walk(clients["rita"]):
        if SITUATION in path or WARNING in path:
            assert guest.get(path).status_code == 404, path


def test_somebody_without_a_role_sees_an_empty_desk(clients: Any, client_of: Any) -> None:
    page = client_of("new", None).get("/").content.decode()
    assert "You have no role in any situation" in page
    assert WARNING not in page


@pytest.mark.parametrize("path", MOST_QUERIES)
def test_a_page_asks_the_database_little(clients: Any, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clients["ani"].get(path)
    with CaptureQueriesContext(connection) as asked:
        assert clients["ani"].get(path).status_code == 200
    assert len(asked) <= MOST_QUERIES[path], "\n".join(query["sql"][:160] for query in asked)


@pytest.mark.parametrize("path", MOST_QUERIES)
def test_a_page_is_light(clients: Any, path: str) -> None:
    assert len(clients["ani"].get(path).content) < 60_000
