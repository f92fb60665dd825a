"""What is confidential on the screens: that it is there, by role; what it says, with a reason on record; its end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.conftest import SITUATION, WARNING, WITNESS

PAGE = f"/situations/{SITUATION}/confidential/"
W1 = f"{PAGE}witness/W1/"
READ = f"{W1}read/"


def page(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def looks() -> list[Any]:
    from tocsin.review.protection import queries

    return list(queries.looks())


def test_the_list_says_that_a_witness_is_there_and_nothing_of_who_they_are(clients: Any) -> None:
    shown = page(clients["rita"], PAGE)
    assert "W1" in shown
    assert "about claim/C06" in shown
    for name in (WITNESS.name, WITNESS.contact, WITNESS.role):
        assert name not in shown
        assert name not in page(clients["rita"], W1)


def test_a_reviewer_reads_it_with_a_reason_which_is_on_record(clients: Any) -> None:
    answer = clients["rita"].post(READ, {"reason": "to ask again"})
    assert WITNESS.name in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert [(look.by, look.reason) for look in looks()] == [("rita", "to ask again")]
    assert "to ask again" in page(clients["sam"], PAGE)


def test_whoever_entered_it_reads_it_and_another_analyst_does_not(clients: Any, client_of: Any) -> None:
    assert WITNESS.name in clients["ani"].post(READ, {"reason": "to check a spelling"}).content.decode()
    other = client_of("vahe", "analyst")
    assert "Show it" not in page(other, PAGE)
    answer = other.post(READ, {"reason": "curious"})
    assert answer.status_code == 403
    assert WITNESS.name not in answer.content.decode()
    assert [(look.by, look.refused) for look in looks()] == [("ani", False), ("vahe", True)]
    assert "was refused" in page(clients["rita"], PAGE)


def test_without_a_reason_nothing_is_shown(clients: Any) -> None:
    answer = clients["rita"].post(READ, {"reason": " "})
    assert answer.status_code == 400
    assert WITNESS.name not in answer.content.decode()
    assert looks() == []


@pytest.mark.parametrize("path", [PAGE, W1])
def test_for_an_observer_it_is_not_there(client_of: Any, clients: Any, path: str) -> None:
    observer = client_of("olga", "observer")
    assert observer.get(path).status_code == 404
    assert observer.post(READ, {"reason": "to see"}).status_code == 404
    assert PAGE not in page(observer, f"/situations/{SITUATION}/")


def test_a_witness_and_what_they_agree_to_are_recorded_sealed(clients: Any) -> None:
    ani = clients["ani"]
    filled = {"do": "witness", "witness-name": "Aram Testov", "witness-about": "claim/C07"}
    assert ani.post(PAGE, filled)["Location"] == f"{PAGE}witness/W02/"
    agreed = {"do": "consent", "scope": ["archive"], "informed": "on", "claims": "C07", "taken_date": "2026-11-02",
              "lang": "hy"}  # fmt: skip
    assert ani.post(f"{PAGE}witness/W02/", agreed).status_code == 302
    shown = page(ani, f"{PAGE}witness/W02/")
    assert "asked by ani" in shown
    assert "C07" in shown
    from tocsin.records.models import AuditEntry, Version

    assert not Version.objects.filter(content__contains="Aram").exists()
    assert not AuditEntry.objects.filter(body__contains="Aram").exists()


def test_what_a_form_refuses_is_said_beside_it(clients: Any) -> None:
    answer = clients["ani"].post(PAGE, {"do": "witness", "witness-name": "Aram", "witness-about": "C07"})
    assert "names no record" in answer.content.decode()
    answer = clients["ani"].post(PAGE, {"do": "note", "note-text": "Doubtful.", "note-about": "claim/C999"})
    assert "no record" in answer.content.decode()


def test_consent_is_withdrawn_by_a_reviewer_who_says_that_they_know_and_what_was_told_is_gone(clients: Any) -> None:
    assert "Withdraw it for good" not in page(clients["ani"], W1)
    assert clients["rita"].post(W1, {"do": "withdraw"}).status_code == 200, "the box was not ticked"
    assert WITNESS.name in clients["rita"].post(READ, {"reason": "still there"}).content.decode()
    assert clients["rita"].post(W1, {"do": "withdraw", "sure": "on"})["Location"] == PAGE
    answer = clients["rita"].post(READ, {"reason": "to see"})
    assert WITNESS.name not in answer.content.decode()
    assert "was erased" in answer.content.decode()
    assert "withdrawn" in page(clients["rita"], f"/situations/{SITUATION}/claims/C06/")


def test_how_a_claim_is_to_be_handled_is_said_on_a_screen_and_the_rules_keep_to_it(clients: Any) -> None:
    ani = clients["ani"]
    form = page(ani, f"{PAGE}handling/new/?about=claim/C07")
    assert "Handling H01" in form
    assert 'value="claim/C07"' in form
    filled = {"about": "claim/C07", "caveat": "The family first.", "embargo_until": "2199-01-01"}
    answer = ani.post(f"{PAGE}handling/new/", filled)
    assert "Say why it waits" in answer.content.decode()
    assert ani.post(f"{PAGE}handling/new/", filled | {"embargo_reason": "They leave in spring."})["Location"] == PAGE
    said = page(ani, f"/situations/{SITUATION}/claims/C07/")
    assert "Nothing of it is issued before 1 January 2199: They leave in spring." in said
    assert "The family first." in said
    assert "The family first." not in page(ani, f"/situations/{SITUATION}/claims/C06/")
    assert "Claim C07 is under embargo" in page(ani, f"/warnings/{WARNING}/draft/")


def test_an_embargo_is_lifted_by_a_new_version_and_two_who_change_it_are_told(clients: Any) -> None:
    ani, rita = clients["ani"], clients["rita"]
    filled = {"about": "claim/C07", "embargo_until": "2199-01-01", "embargo_reason": "They leave in spring."}
    ani.post(f"{PAGE}handling/new/", filled)
    lifted = {"about": "claim/C07", "caveat": "They left.", "seen": "1", "reason": "they have left"}
    assert rita.post(f"{PAGE}handling/H01/", lifted)["Location"] == PAGE
    assert "under embargo" not in page(ani, f"/warnings/{WARNING}/draft/")
    assert "they have left" in page(ani, f"{PAGE}handling/H01/")
    assert "is at version 2 by rita" in ani.post(f"{PAGE}handling/H01/", filled | {"seen": "1"}).content.decode()


def test_a_handling_names_a_record_that_is_there_and_is_no_observers_business(clients: Any, client_of: Any) -> None:
    answer = clients["ani"].post(f"{PAGE}handling/new/", {"about": "claim/C999", "caveat": "Wait."})
    assert "no record" in answer.content.decode()
    assert client_of("olga", "observer").get(f"{PAGE}handling/new/").status_code == 404
