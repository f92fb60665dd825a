"""A desk in the middle of its work: the Armenia case issued once, an update open, an inbox, people with roles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases import ARMENIA
from tests.collect.sources_of_documents.test_feeds_and_pages import OWN, WIRE
from tests.records.people import at, people
from tocsin.core.model.judgement import Candidate, Document, Expectation, Signal, Task
from tocsin.core.model.protected import Consent, Witness
from tocsin.review.intake import Shown
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

WARNING = "GW-2023-10-ARM-AZE"
SITUATION = "armenia-azerbaijan"

WITNESS = Witness(name="Nune Testova", contact="by the teacher only", role="neighbour")
CONSENT = Consent(
    informed=True, scope=("archive", "publish"), claims=("C06",), taken_by="ani", taken_date="2026-11-01", lang="hy"
)
SIGNAL = Candidate(
    id="s-rise-2026-10", document="", passage="ARM, 2026-10: deaths rose.", proposed_by="signal rise",
    signal=Signal(
        rule="rise", sentence="more civilians killed than in any month of the year before", of="ARM", month="2026-10",
        series="deaths_civilians", window_from="2026-07", values=(1.0, None, 0.0, 14.0),
        warnings=("Counts of the last months are raised later.",), source="UCDP Candidate 26.0.10, CC BY 4.0",
    ),
)  # fmt: skip


@pytest.fixture
def working_desk(desk: DeskFolder) -> DeskFolder:
    """The desk; its people are ani (analyst), rita and sam (reviewers), petra (publisher)."""
    from tocsin.follow import actions as follow
    from tocsin.records.keyring import Keyring
    from tocsin.records.queries import get_bulletin, get_situation
    from tocsin.review import actions as review
    from tocsin.review.protection import actions as protecting
    from tocsin.warn import actions as warn
    from tocsin.warn.queries import get_open_draft

    ani, rita, sam, petra = people(
        ("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")
    )
    case = CaseFiles(ARMENIA)
    warn.load_case(by=rita, at=at(1), resolved=case.resolve(1))
    draft = get_open_draft(get_bulletin(WARNING))
    warn.submit(by=rita, at=at(2), desk=desk, draft=draft)
    warn.sign_off(by=sam, at=at(3), draft=draft)
    warn.issue(by=petra, at=at(4), desk=desk, draft=draft)
    warn.load_case(by=rita, at=at(5), resolved=case.resolve(2))
    situation = get_situation(SITUATION)
    signal = Shown(SIGNAL, ())
    review.take_in(by=None, at=at(6), situation=situation, shown=[signal, shown("k1", WIRE), shown("k2", OWN)])
    review.give_task(
        by=rita, at=at(7), situation=situation, task=Task(id="T01", text="Find the protocol", given_to="ani")
    )
    follow.record_expectation(
        by=ani, at=at(8), situation=situation,
        expectation=Expectation(
            id="X01", statement="The parties sign.", p=0.4, window_from="2026-11-24", window_to="2027-11-24",
            settled_by="A signed text, published by both.", made_by="Ani",
        ),
    )  # fmt: skip
    keys = Keyring(desk.confidential_key_path)
    told = protecting.record_sealed(
        by=ani, at=at(9), keys=keys, situation=situation, kind="witness", key="W1", content=WITNESS,
        about=("claim/C06",),
    )  # fmt: skip
    protecting.record_consent(by=ani, at=at(10), witness=told.record, consent=CONSENT)
    return desk


def shown(key: str, text: str) -> Shown:
    """A candidate for an inbox, as intake makes it."""
    document = Document(
        id=f"d-{key}", title=f"Report {key}", publisher="Valley", url=f"https://valley.example/{key}",
        published="2026-01-06", capture_sha256="ab" * 32, text=f"First paragraph.\n{text}", run="feeds test",
    )  # fmt: skip
    candidate = Candidate(
        id=key, document=document.id, words=("crossing",), passage=text, title=document.title,
        publisher="Valley", published=document.published, proposed_by="watch",
    )  # fmt: skip

    class Collected:
        key = document.id
        record = document

    return Shown(candidate, (Collected(),))  # type: ignore[arg-type]


@pytest.fixture
def clients(working_desk: DeskFolder, client_of: Any) -> Any:
    """Signed-in clients by name, each with a second factor."""
    return {name: client_of(name) for name in ("ani", "rita", "sam", "petra", "admin")}
