"""What each version of a record said: the first words, what was changed and by whom; never what is sealed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk.conftest import CONSENT, SITUATION, WARNING, WITNESS

CLAIM = f"/situations/{SITUATION}/claims/C06/"


def record(kind: str, key: str) -> Any:
    from tocsin.records.models import Record

    return Record.objects.get(kind=kind, key=key)


def page(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def changed(client: Any) -> str:
    """A claim whose words somebody changed; gives the address of its versions."""
    from tests.records.people import at
    from tocsin.core.model.claims import Claim
    from tocsin.records.queries import newest
    from tocsin.review import actions

    kept = record("claim", "C06")
    says = newest(kept).read(Claim)
    import msgspec

    again = msgspec.structs.replace(says, text=f"{says.text} Said twice.", speaker="")
    actions.record_claim(
        by=client.person, at=at(30), situation=kept.situation, claim=again, seen=kept.head, reason="heard it again"
    )
    return f"/versions/{kept.pk}/"


def test_a_claims_history_leads_to_what_each_version_said(clients: Any) -> None:
    address = changed(clients["ani"])
    assert f'href="{address}"' in page(clients["rita"], CLAIM)
    shown = page(clients["rita"], address)
    assert "<ins> Said twice.</ins>" in shown
    assert "heard it again" in shown
    assert "<del>Ani Tonoyan (author)</del>" in shown
    newest, _, first = shown.partition("Version 1")
    assert "Genocide Watch" in first, "the first version says all that it said"
    assert "Grade" not in first, "the grade is a record of its own"
    assert "<ins>" not in first
    assert "Genocide Watch" not in newest, "what stayed is not told again"


def test_steps_stand_between_the_versions(clients: Any) -> None:
    assert "Accept: accepted" in page(clients["rita"], f"/versions/{record('claim', 'C07').pk}/")


def test_a_draft_shows_what_was_changed_in_it(clients: Any) -> None:
    draft = record("draft", "2")
    flag = {"do": "flag", "severity": "low", "text": "Look twice.", "seen": draft.head}
    clients["rita"].post(f"/warnings/{WARNING}/draft/", flag)
    assert "Look twice." in page(clients["rita"], f"/versions/{draft.pk}/")


@pytest.mark.parametrize(("kind", "key"), [("witness", "W1"), ("consent", "1")])
def test_what_is_confidential_has_no_such_page(clients: Any, kind: str, key: str) -> None:
    assert clients["rita"].get(f"/versions/{record(kind, key).pk}/").status_code == 404


def test_no_page_of_versions_names_a_witness(clients: Any) -> None:
    from tocsin.records.models import Record

    opened = 0
    for each in Record.objects.exclude(kind__in=("claim", "source", "event", "place", "recommendation")):
        answer = clients["rita"].get(f"/versions/{each.pk}/")
        opened += answer.status_code == 200
        for secret in (WITNESS.name, WITNESS.contact, CONSENT.taken_date):
            assert secret not in answer.content.decode(), each
    assert opened > 8


def test_another_situations_versions_are_not_there(clients: Any, client_of: Any) -> None:
    from tests.records.people import A_SITUATION, at
    from tocsin.review import actions

    elsewhere = actions.open_situation(by=clients["rita"].person, at=at(20), key="valley", scope=A_SITUATION).record
    guest = client_of("guest", "reviewer", elsewhere)
    assert guest.get(f"/versions/{elsewhere.pk}/").status_code == 200
    assert guest.get(f"/versions/{record('claim', 'C06').pk}/").status_code == 404


def test_a_handling_is_no_observers_business(clients: Any, client_of: Any) -> None:
    clients["ani"].post(
        f"/situations/{SITUATION}/confidential/handling/new/", {"about": "claim/C06", "caveat": "The family first."}
    )
    address = f"/versions/{record('handling', 'H01').pk}/"
    assert "The family first." in page(clients["ani"], address)
    assert client_of("olga", "observer").get(address).status_code == 404
