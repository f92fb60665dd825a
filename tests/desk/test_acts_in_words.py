"""Every act reads in words on the desk's pages, and so does everything else that a machine wrote."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tests.house.test_writes_go_through_actions import ACTIONS
from tocsin.web.desk.acts import SAID, said_of


def acts_named() -> set[str]:
    """The acts that actions name in full; those that are put together from a verb are not among them."""
    return {
        node.args[0].value
        for _, tree in ACTIONS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "acting" and node.args
        if isinstance(node.args[0], ast.Constant)
    }


def test_every_act_is_in_the_table() -> None:
    named = acts_named()
    assert len(named) > 40
    assert named - SAID.keys() == set()


@pytest.mark.parametrize(
    "act", ["warn.send_back", "warn.abandon", "review.accept_claim", "review.reject_claim", "review.withdraw_claim",
            "review.reopen_claim", "follow.withdraw_expectation", "people.grant_role", "people.revoke_role"],
)  # fmt: skip
def test_an_act_that_is_put_together_from_a_verb_is_in_the_table_too(act: str) -> None:
    assert act in SAID


def test_an_act_of_a_later_version_is_said_by_its_name() -> None:
    assert said_of("warn.look_again") == "look again"


def test_what_was_done_at_the_working_desk_reads_in_words(clients: Any) -> None:
    from tocsin.records.models import AuditEntry

    done = set(AuditEntry.objects.values_list("action", flat=True))
    assert len(done) > 8
    assert done - SAID.keys() == set()
    assert "signed off" in clients["rita"].get("/audit/").content.decode()


def test_what_somebody_did_is_shown_page_by_page(clients: Any) -> None:
    from tocsin.records.models import AuditEntry
    from tocsin.web.desk import people

    n_acts = AuditEntry.objects.filter(by__username="rita").count()
    assert n_acts > 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PAGE", n_acts - 1)
        first = clients["admin"].get("/people/rita/").content.decode()
        before = AuditEntry.objects.filter(by__username="rita").order_by("seq")[1].seq
        assert f'href="?before={before}"' in first
        assert first.count("<time") == n_acts - 1
        last = clients["admin"].get(f"/people/rita/?before={before}").content.decode()
    assert last.count("<time") == 1
    assert "Older" not in last


def test_an_administrator_sees_who_has_no_second_factor(clients: Any, client_of: Any) -> None:
    client_of("nora", "reviewer", factor=False)
    assert clients["admin"].get("/people/").content.decode().count("no second factor") == 1
    assert "no second factor" not in clients["rita"].get("/people/").content.decode()


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Version/17 Safari/604.1", "Safari on an iPhone"),
        ("curl/8.5", "Another program"),
    ],
)
def test_a_browser_is_said_in_a_few_words(desk: Any, user_agent: str, said: str) -> None:
    from tocsin.web.desk.tags import browser

    assert browser(user_agent) == said
