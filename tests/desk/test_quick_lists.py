"""What the server keeps between clicks is never what only another may see, and never what was so before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.conftest import SITUATION, WARNING, shown
from tests.records.people import A_SITUATION, at

LISTS = ("/", "/inbox/", "/ledger/", "/warnings/")


@pytest.fixture
def elsewhere(working_desk: Any) -> Any:
    """Another situation, with something in its inbox and something asked."""
    from tocsin.core.model.asks import Addressee, Recommendation
    from tocsin.follow import actions as follow
    from tocsin.records.people.queries import get_person
    from tocsin.review import actions as review

    ani, rita = get_person("ani"), get_person("rita")
    situation = review.open_situation(by=rita, at=at(20), key="elsewhere", scope=A_SITUATION).record
    review.take_in(by=None, at=at(21), situation=situation, shown=[shown("zq1", "Secret of elsewhere.")])
    ask = Recommendation(
        id="ASK-1", order=1, made_by="A group", instrument="LEGISLATION", action="Only elsewhere is asked.",
        addressees=(Addressee(name="A ministry", kind="state"),),
    )  # fmt: skip
    follow.record_recommendation(by=ani, at=at(22), situation=situation, recommendation=ask)
    return situation


def said(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_what_one_is_shown_never_comes_from_what_another_was_shown(elsewhere: Any, client_of: Any) -> None:
    narrow = client_of("nora", "observer", elsewhere)
    wide = client_of("walt", "observer")
    for _ in range(2):
        for path in LISTS:
            assert "elsewhere" in said(wide, path) or path == "/warnings/"
            assert SITUATION in said(wide, path)
            assert SITUATION not in said(narrow, path)
            assert WARNING not in said(narrow, path)
    assert "Only elsewhere is asked" in said(narrow, "/ledger/")
    assert narrow.get(f"/inbox/?situation={SITUATION}").status_code == 404
    assert narrow.get(f"/ledger/?situation={SITUATION}").status_code == 404


@pytest.mark.parametrize("path", LISTS)
def test_a_role_that_is_taken_away_is_gone_with_the_next_click(path: str, elsewhere: Any, client_of: Any) -> None:
    from tocsin.records.people import actions
    from tocsin.records.people.queries import get_person

    client = client_of("nora", "observer")
    assert SITUATION in said(client, path)
    actions.revoke_role(
        by=get_person("admin"), at=at(30), person=client.person, role="observer", situation=None, reason="left"
    )
    assert SITUATION not in said(client, path)
    assert "elsewhere" not in said(client, path)


def test_a_changed_record_shows_with_the_next_click(elsewhere: Any, clients: Any) -> None:
    from tocsin.core.model.asks import Response, SearchLog
    from tocsin.follow import actions as follow
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record, get_situation
    from tocsin.review import actions as review

    ani = get_person("ani")
    situation = get_situation(SITUATION)
    for path in LISTS:
        said(clients["ani"], path)
    assert "Report k1" in said(clients["ani"], "/inbox/")
    review.dismiss_candidate(
        by=ani, at=at(31), candidate=get_record("candidate", "k1", situation=situation), reason="Nothing new in it"
    )
    assert "Report k1" not in said(clients["ani"], "/inbox/")
    assert "Report k1" in said(clients["ani"], "/inbox/?state=dismissed")
    assert "1 dismissed" in said(clients["ani"], "/inbox/?state=dismissed")
    follow.record_response(
        by=ani, at=at(32), recommendation=get_record("recommendation", "ASK-1", situation=elsewhere),
        response=Response(
            status="none", as_of="2026-11-20", text="Silence at the ministry.",
            search=SearchLog(date="2026-11-20", where="its site", terms="crossing"),
        ),
    )  # fmt: skip
    assert "Silence at the ministry" in said(clients["ani"], "/ledger/")


def test_a_draft_is_put_together_anew_after_each_act(working_desk: Any, clients: Any) -> None:
    from tocsin.core.model.claims import Claim
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record, get_situation, read
    from tocsin.review import actions as review

    path = f"/warnings/{WARNING}/draft/"
    assert said(clients["ani"], path).count("is withdrawn, not accepted") == 0
    claim = get_record("claim", "C01", situation=get_situation(SITUATION))
    assert read(claim, Claim).id == "C01"
    review.withdraw_claim(by=get_person("rita"), at=at(40), claim=claim, reason="It was a forgery")
    assert "C01 is withdrawn, not accepted" in said(clients["ani"], path)


def test_what_is_protected_is_compared_at_every_look(working_desk: Any, clients: Any) -> None:
    """The rest of a draft is kept until the next act; what the desk protects, and whether its key is there, is not."""
    path = f"/warnings/{WARNING}/draft/"
    assert "could not be compared" not in said(clients["ani"], path)
    key = working_desk.confidential_key_path
    away = key.with_suffix(".away")
    key.rename(away)
    try:
        assert "could not be compared" in said(clients["ani"], path)
    finally:
        away.rename(key)
    assert "could not be compared" not in said(clients["ani"], path)


def test_a_preview_uses_the_fonts_that_the_browser_has_already(working_desk: Any, clients: Any) -> None:
    path = f"/warnings/{WARNING}/preview/assets/fonts/sans-latin-400.woff2"
    answer = clients["ani"].get(path)
    assert answer.status_code == 302
    assert answer["Location"] == "/static/desk/fonts/sans-latin-400.woff2"
    font = clients["ani"].get(answer["Location"])
    assert font["Content-Type"] == "font/woff2"
    font.close()


def test_what_jinja2_writes_stands_in_a_page_as_markup_and_what_it_shows_as_text(elsewhere: Any, clients: Any) -> None:
    from tocsin.review import actions as review

    bad = shown("bad", "<i>Not a mark.</i>")
    review.take_in(by=None, at=at(41), situation=elsewhere, shown=[bad])
    page = said(clients["ani"], "/inbox/")
    assert '<ul class="waiting" data-list>' in page
    assert "&lt;ul" not in page
    assert "&lt;i&gt;Not a mark.&lt;/i&gt;" in page
    assert "<i>Not a mark" not in page
