"""Somebody who told the desk takes it back: what was issued must be updated, and our site repeats it no longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from tests.cases import ARMENIA
from tests.records.people import at, people
from tocsin.core.model.protected import Consent, Handling, Witness
from tocsin.publish.addresses import edition_path
from tocsin.publish.verification import Counts, verify_site
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder
from tocsin.warn.issue import CheckFailedError

WARNING = "GW-2023-10-ARM-AZE"
CLAIM = "C02"


class Armenia:
    """The first Armenia edition in a desk; one of its claims rests on a witness."""

    def __init__(self, desk: DeskFolder) -> None:
        from tocsin.records.keyring import Keyring
        from tocsin.records.queries import get_record
        from tocsin.review.protection import actions as protection
        from tocsin.warn import actions

        self.desk = desk
        self.ani, self.rita, self.sam, self.petra = people(
            ("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")
        )
        self.keys = Keyring(desk.confidential_key_path)
        self.draft = actions.load_case(by=self.rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
        self.situation, self.bulletin = self.draft.situation, self.draft.parent
        self.claim = get_record("claim", CLAIM, situation=self.situation)
        self.witness = protection.record_sealed(
            by=self.ani, at=at(2), keys=self.keys, situation=self.situation, kind="witness", key="W1",
            content=Witness(name="Anahit Sargsyan"), about=(f"claim/{CLAIM}",),
        ).record  # fmt: skip
        self.consent()

    def consent(self, scope=("publish",), key="1") -> None:
        from tocsin.review.protection import actions

        consent = Consent(
            informed=True, scope=scope, claims=(CLAIM,), taken_by="ani", taken_date="2026-11-20", lang="hy"
        )
        actions.record_consent(by=self.ani, at=at(2), witness=self.witness, consent=consent, key=key)

    def handle(self, key: str, **fields) -> None:
        from tocsin.review.protection import actions

        actions.record_handling(by=self.ani, at=at(2), situation=self.situation, key=key, handling=Handling(**fields))

    def show_on_map(self, key: str, at_risk: tuple[float, float]) -> None:
        """A place of people at risk that a claim is about, and that the map was told to show."""
        from tocsin.core.model.claims import Claim
        from tocsin.core.model.map_spec import MapSpec
        from tocsin.core.model.places import Name, Place
        from tocsin.records.queries import get_record, newest
        from tocsin.review import actions

        place = Place(id=key, kind="town", names=(Name(text="A village"),), country="ARM", at=at_risk)
        more = {"by": self.ani, "at": at(2), "situation": self.situation}
        actions.record_evidence(kind="place", key=key, content=place, **more)
        said = replace(newest(self.claim).read(Claim), places=(key,), date="2023-09-20")
        actions.record_claim(claim=said, seen=self.claim.head, **more)
        shown = get_record("map", "map", situation=self.situation)
        spec = newest(shown).read(MapSpec)
        layers = tuple(
            replace(layer, places=(*layer.places, key)) if layer.role == "town" else layer for layer in spec.layers
        )
        assert layers != spec.layers
        actions.record_evidence(kind="map", key="map", content=replace(spec, layers=layers), seen=shown.head, **more)

    def submit(self) -> None:
        from tocsin.warn import actions

        self.draft.refresh_from_db()
        actions.submit(by=self.rita, at=at(4), desk=self.desk, draft=self.draft)

    def issue(self) -> None:
        from tocsin.warn import actions

        self.submit()
        actions.sign_off(by=self.sam, at=at(5), draft=self.draft)
        actions.issue(by=self.petra, at=at(6), desk=self.desk, draft=self.draft)

    def withdraw(self):
        from tocsin.review.protection import actions

        return actions.withdraw_consent(by=self.rita, at=at(10), witness=self.witness)

    def publish(self) -> dict[str, bytes]:
        from tocsin.warn.site_folder import publish_desk

        publish_desk(self.desk, on=at(20).date())
        return {
            path.relative_to(self.desk.site).as_posix(): path.read_bytes()
            for path in self.desk.site.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def armenia(desk: DeskFolder) -> Armenia:
    return Armenia(desk)


def standing():
    from tocsin.warn.queries import warnings

    (found,) = warnings(on=at(20).date())
    return found


def doctor(armenia: Armenia) -> list[str]:
    from tocsin.records.integrity import examine
    from tocsin.warn import records_doctor

    return [f"{each.where}: {each.text}" for each in (*examine(), *records_doctor.examine(armenia.desk))]


def test_withdrawal_voids_what_was_signed_and_nothing_of_it_can_be_submitted(armenia: Armenia) -> None:
    from tocsin.warn import actions

    armenia.submit()
    actions.sign_off(by=armenia.sam, at=at(5), draft=armenia.draft)
    armenia.withdraw()
    armenia.draft.refresh_from_db()
    assert armenia.draft.state == "writing"
    with pytest.raises(CheckFailedError) as raised:
        armenia.submit()
    assert {each.problem.rule for each in raised.value.problems} >= {"claim-not-accepted", "consent-not-given"}
    actions.update_without_withdrawn(by=armenia.rita, at=at(12), desk=armenia.desk, bulletin=armenia.bulletin)
    armenia.issue()
    assert doctor(armenia) == []


def test_an_issued_warning_must_be_updated_until_it_is(armenia: Armenia) -> None:
    from tocsin.warn import actions
    from tocsin.warn.assembly import assemble

    armenia.issue()
    assert standing().must_update == ()
    text = CaseFiles(ARMENIA).resolve(1).content.claims[1].text
    before = armenia.publish()
    assert any(text[:40].encode() in data for path, data in before.items() if path.endswith("edition.json"))

    armenia.withdraw()
    assert standing().must_update == (CLAIM,)
    assert any(f"carries {CLAIM}, which stands no longer" in found for found in doctor(armenia))

    update = actions.update_without_withdrawn(by=armenia.rita, at=at(12), desk=armenia.desk, bulletin=armenia.bulletin)
    armenia.draft = update
    armenia.issue()
    assert standing().must_update == ()
    assert doctor(armenia) == []
    content = assemble(update).content
    assert CLAIM not in {key for each in (*content.findings, *content.figures) for key in each.claims}

    after = armenia.publish()
    first = edition_path(WARNING, 1)
    gone = {path for path in before if path.startswith(first)} - set(after)
    assert gone == set(), "no link may die"
    holding = [path for path, data in after.items() if text[:40].encode() in data]
    assert holding == []
    assert b"Withdrawn at the request of the source" in after[f"{first}index.html"]
    assert b"tocsin/withheld/1" in after[f"{first}edition.json"]

    counts = Counts()
    assert list(verify_site(Folder(armenia.desk.site), armenia.desk.public_key(), counts)) == []
    assert counts.withheld == [f"{WARNING}.v1"]


class Folder:
    """A published folder, read only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def paths(self):
        return (path.relative_to(self.root).as_posix() for path in sorted(self.root.rglob("*")) if path.is_file())

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


def test_the_rules_stop_what_was_not_agreed_is_under_embargo_or_names_somebody(armenia: Armenia) -> None:
    import msgspec

    from tocsin.core.model.judgement import Draft
    from tocsin.records.queries import newest
    from tocsin.warn import actions

    armenia.consent(scope=("archive",), key="2")
    armenia.handle("H1", about=(f"bulletin/{WARNING}",), embargo_until="2026-12-24")
    text = newest(armenia.draft).read(Draft)
    text = msgspec.structs.replace(text, bottom_line=text.bottom_line + " So says ANAHIT SARGSYAN.")
    armenia.draft.refresh_from_db()
    actions.edit_draft(by=armenia.rita, at=at(3), draft=armenia.draft, text=text, seen=armenia.draft.head)
    with pytest.raises(CheckFailedError) as raised:
        armenia.submit()
    rules = {each.problem.rule for each in raised.value.problems if each.problem.severity == "error"}
    assert rules == {"consent-not-given", "under-embargo", "protected-name"}
    assert "anahit" not in repr(raised.value.problems).casefold()


def test_nothing_is_submitted_while_the_key_is_away(armenia: Armenia) -> None:
    armenia.desk.confidential_key_path.rename(armenia.desk.folder / "elsewhere")
    with pytest.raises(CheckFailedError, match="could not be compared"):
        armenia.submit()


def test_a_place_of_people_at_risk_is_coarse_in_every_format_and_the_reader_is_told(armenia: Armenia) -> None:
    from tocsin.core.protection.coarsening import coarsen_position
    from tocsin.warn.assembly import assemble

    key, exact = "mill", (46.23831, 39.41117)
    armenia.show_on_map(key, exact)
    armenia.handle("H1", about=(f"place/{key}",), coarsen_km=15, dates_to="month")
    assembled = assemble(armenia.draft)
    shown = {place.id: place.at for place in assembled.content.places}
    assert shown[key] == coarsen_position(exact, 15)
    assert [claim.date for claim in assembled.content.claims if key in claim.places] == ["2023-09"]
    assert doctor(armenia) == []
    armenia.issue()
    files = armenia.publish()
    said = [f"{number:.{digits}f}" for number in exact for digits in (4, 5)]  # fewer occur in outlines
    assert b"grid of 15 km" in files[f"{edition_path(WARNING, 1)}edition.json"]
    for path, data in files.items():
        if not path.startswith("log/") and path.endswith((".json", ".xml", ".jsonld", ".csv", ".geojson", ".html")):
            assert not [number for number in said if number.encode() in data], path
    assert doctor(armenia) == []


def test_the_checklist_shows_what_was_found(armenia: Armenia) -> None:
    from tocsin.cli import app

    armenia.handle("H1", about=(f"claim/{CLAIM}",), embargo_until="2030-01-01")
    done = CliRunner().invoke(
        app, ["warn", "harm-check", WARNING, "--desk", str(armenia.desk.folder), "--at", "2026-11-23T12:00:00Z"]
    )
    assert done.exit_code == 3, done.output
    assert "Was it promised to anybody" in done.output
    assert f"claim {CLAIM} is under embargo until 2030-01-01" in done.output
