"""What machines propose on the screens: signals in the inbox, listings in the ledger; and what people take back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.collect.desks import ADesk
from tests.desk.conftest import SIGNAL, SITUATION
from tocsin.warn.desk import DeskFolder

INBOX = f"/inbox/{SITUATION}/"
MATCHES = f"/ledger/{SITUATION}/matches/"
SAMPLE = Path("sources/un-sanctions/sample/listings.xml")


def test_a_signal_is_a_reason_to_look_with_its_months_and_what_they_cannot_tell(clients: Any) -> None:
    assert "Signal: ARM, October 2026" in clients["ani"].get("/inbox/").content.decode()
    page = clients["ani"].get(f"{INBOX}{SIGNAL.id}/").content.decode()
    assert "A reason to look, never evidence" in page
    assert SIGNAL.signal.warnings[0] in page
    assert page.count("<rect") == 3
    assert page.count('class="unknown"') == 1, "a month that is unknown is no month without deaths"
    assert "<td>unknown</td>" in page
    assert "<td>14</td>" in page


def test_what_somebody_says_of_a_signal_becomes_a_claim_and_the_signal_is_taken(clients: Any) -> None:
    form = f"/situations/{SITUATION}/claims/new/?candidate={SIGNAL.id}"
    assert f'name="candidate" value="{SIGNAL.id}"' in clients["ani"].get(form).content.decode()
    claim = {
        "candidate": SIGNAL.id, "text": "14 civilians were killed in October.", "asserted_by": "UCDP", "kind": "fact",
        "sources": "R05", "date": "2026-10",
    }  # fmt: skip
    assert clients["ani"].post(f"/situations/{SITUATION}/claims/new/", claim).status_code == 302
    from tocsin.records.queries import get_record, get_situation

    assert get_record("candidate", SIGNAL.id, situation=get_situation(SITUATION)).state == "taken"


def test_before_the_list_was_collected_the_page_says_how(clients: Any) -> None:
    page = clients["ani"].get(MATCHES).content.decode()
    assert "tocsin collect run un-sanctions" in page


def test_a_list_that_names_nobody_here_says_that_none_is_proposed(clients: Any, desk: DeskFolder) -> None:
    ADesk(desk.folder, for_samples=True).run("un-sanctions", SAMPLE)
    page = clients["ani"].get(MATCHES).content.decode()
    assert "None proposed is not none made" in page
    assert MATCHES in clients["ani"].get(f"/ledger/?situation={SITUATION}").content.decode()


def test_a_publisher_freezes_what_became_of_it_for_the_site(clients: Any, desk: DeskFolder) -> None:
    assert "Freeze it" not in clients["ani"].get("/exports/").content.decode()
    clients["ani"].post("/exports/publish/")
    assert not list(desk.published.glob("*"))
    assert clients["petra"].post("/exports/publish/")["Location"] == "/exports/"
    assert list(desk.published.glob("*"))
    assert "Last frozen as of" in clients["petra"].get("/exports/").content.decode()


def test_a_dismissal_is_taken_back_where_it_is_said(clients: Any) -> None:
    ani = clients["ani"]
    said = ani.post(f"{INBOX}k1/dismiss/", {"reason": "Nothing new in it"}, follow=True).content.decode()
    assert f'action="{INBOX}k1/reopen/"' in said
    ani.post(f"{INBOX}k1/reopen/")
    from tocsin.records.queries import get_record, get_situation

    assert get_record("candidate", "k1", situation=get_situation(SITUATION)).state == "found"


def test_a_dismissal_of_many_is_taken_back_where_it_is_said(clients: Any) -> None:
    from tocsin.records.models import Record

    ani, ticked = clients["ani"], Record.objects.filter(kind="candidate", state="found")
    keys = {each.key for each in ticked}
    assert len(keys) > 1
    filled = {"candidate": [each.pk for each in ticked], "reason": "Nothing new in it"}
    said = ani.post("/inbox/dismiss/", filled, follow=True).content.decode()
    assert not Record.objects.filter(kind="candidate", state="found").exists()
    undo = re.search(r'action="(/inbox/undo/[^"]+)"', said)
    assert undo
    assert "Nothing to put back" in clients["rita"].post(undo[1], follow=True).content.decode(), (
        "she dismissed none of them"
    )
    assert f"{len(keys)} put back" in ani.post(undo[1], follow=True).content.decode()
    assert {each.key for each in Record.objects.filter(kind="candidate", state="found")} == keys
    assert "Nothing to put back" in ani.post(undo[1], follow=True).content.decode(), "they are back already"
