"""What a desk publishes of following: all that came of what it issued and expected, and nothing of what it did not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.cases import ARMENIA
from tests.records.people import at, people
from tocsin.core.model.asks import Addressee, Recommendation, Response
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.model.protected import Handling, Witness
from tocsin.core.model.sources import Citation
from tocsin.core.rules.roles import NotAllowedError
from tocsin.publish.following.documents import RESPONSES, TRACK_RECORD, FollowingError, Responses, TrackRecord
from tocsin.publish.verification import Counts, verify_site
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder
from tocsin.warn.site_folder import publish_desk, read_published

WARNING = "GW-2023-10-ARM-AZE"
SOURCE = "R02"


class Following:
    """The first Armenia edition, issued from a desk, and people who follow it."""

    def __init__(self, desk: DeskFolder) -> None:
        from tocsin.warn import actions

        self.desk = desk
        self.ani, self.rita, self.sam, self.petra = people(
            ("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")
        )
        self.draft = actions.load_case(by=self.rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
        self.situation = self.draft.situation

    def issue(self) -> None:
        from tocsin.warn import actions

        actions.submit(by=self.rita, at=at(2), desk=self.desk, draft=self.draft)
        actions.sign_off(by=self.sam, at=at(3), draft=self.draft)
        actions.issue(by=self.petra, at=at(4), desk=self.desk, draft=self.draft)

    def expect(self, key: str = "X01", *, statement: str = "The parties sign.", minutes: int = 5):
        from tocsin.follow import actions

        says = Expectation(
            id=key, statement=statement, p=0.4, window_from="2026-11-20", window_to="2026-12-31",
            settled_by="A signed text, published by both.", made_by="The desk", claims=("C02",),
        )  # fmt: skip
        return actions.record_expectation(
            by=self.ani, at=at(minutes), situation=self.situation, expectation=says
        ).record

    def settle(self, expectation, text: str = "Both report that they signed.") -> None:
        from tocsin.follow import actions

        out = Settlement(outcome="came_true", as_of="2026-11-23", text=text, sources=(Citation(source=SOURCE),))
        actions.settle_expectation(by=self.ani, at=at(6), expectation=expectation, settlement=out)

    def recommend(self, key: str) -> object:
        from tocsin.follow import actions

        asks = Recommendation(
            id=key, order=90, made_by="Nobody yet", addressees=(Addressee(name="A hidden body", kind="state"),),
            instrument="sanctions", action="An act that no edition asks for.",
        )  # fmt: skip
        return actions.record_recommendation(
            by=self.ani, at=at(5), situation=self.situation, recommendation=asks
        ).record

    def respond(self, recommendation, text: str, minutes: int = 5) -> None:
        from tocsin.follow import actions

        seen = Response(status="announced", as_of="2026-11-22", text=text, sources=(Citation(source=SOURCE),))
        actions.record_response(by=self.ani, at=at(minutes), recommendation=recommendation, response=seen)

    def publish(self, minutes: int = 9) -> TrackRecord:
        from tocsin.follow import actions

        return actions.publish(by=self.petra, at=at(minutes), desk=self.desk)

    def site(self) -> dict[str, bytes]:
        publish_desk(self.desk, on=at(10).date())
        folder = self.desk.site
        return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def following(desk: DeskFolder) -> Following:
    return Following(desk)


def test_an_outcome_is_published_once_a_second_person_confirmed_it(following: Following) -> None:
    from tocsin.follow import actions

    following.issue()
    expectation = following.expect()
    following.settle(expectation)
    (before,) = following.publish(7).expectations
    assert (before.state, before.outcome, before.outcome_text, before.sources) == ("settled", "", "", ())
    actions.confirm_settlement(by=following.sam, at=at(8), expectation=expectation)
    (after,) = following.publish(9).expectations
    assert (after.state, after.outcome, after.made_date) == ("confirmed", "came_true", "2026-11-23")
    assert [source.id for source in after.sources] == [SOURCE]
    page = following.site()["track-record/index.html"].decode()
    assert "Both report that they signed." in page


def test_a_withdrawn_expectation_stays_with_its_day_and_without_its_reason(following: Following) -> None:
    from tocsin.follow import actions

    following.issue()
    actions.withdraw_expectation(
        by=following.ani, at=at(8), expectation=following.expect(), reason="Kanarie internal reason"
    )
    (found,) = following.publish().expectations
    assert (found.state, found.withdrawn_date) == ("withdrawn", "2026-11-23")
    site = following.site()
    assert b"Withdrawn" in site["track-record/index.html"]
    assert not [path for path, data in site.items() if b"Kanarie" in data]


def test_nobody_of_the_desk_is_named(following: Following) -> None:
    following.issue()
    following.settle(following.expect())
    following.publish()
    said = b"".join(path.read_bytes() for path in following.desk.published.iterdir())
    assert b'"ani"' not in said
    assert b"petra" not in said


def test_nothing_of_a_situation_without_an_issued_edition_is_published(following: Following) -> None:
    following.expect()
    assert following.publish().expectations == ()
    following.issue()
    assert len(following.publish().expectations) == 1


def test_a_response_is_published_only_to_what_an_issued_edition_asks_for(following: Following) -> None:
    from tocsin.records.queries import get_record

    following.issue()
    issued = get_record("recommendation", "REC-1", situation=following.situation)
    following.respond(issued, "A statement was made after the edition.", 6)
    following.respond(following.recommend("REC-90"), "Kanarie response to what no edition asks.")
    following.publish()
    held = read_published(following.desk, RESPONSES, Responses)
    assert held is not None
    keys = {each.recommendation for each in held.series}
    assert "REC-1" in keys
    assert "REC-90" not in keys
    site = following.site()
    hidden = [path for path, data in site.items() if b"Kanarie" in data or b"hidden body" in data or b"REC-90" in data]
    assert hidden == []


def test_only_a_publisher_publishes(following: Following) -> None:
    from tocsin.follow import actions

    following.issue()
    with pytest.raises(NotAllowedError):
        actions.publish(by=following.sam, at=at(9), desk=following.desk)
    assert not following.desk.published.exists()


def test_a_protected_name_stops_it_and_is_not_repeated(following: Following) -> None:
    from tocsin.follow.published import HarmError
    from tocsin.records.keyring import Keyring
    from tocsin.review.protection import actions as protection

    following.issue()
    following.expect(statement="Anahit Sargsyan will be heard.")
    protection.record_sealed(
        by=following.ani, at=at(6), keys=Keyring(following.desk.confidential_key_path), situation=following.situation,
        kind="witness", key="W1", content=Witness(name="Anahit Sargsyan"), about=("claim/C02",),
    )  # fmt: skip
    with pytest.raises(HarmError) as stopped:
        following.publish()
    assert "Sargsyan" not in str(stopped.value)
    assert not following.desk.published.exists()


def test_what_is_under_embargo_waits_for_its_day(following: Following) -> None:
    from tocsin.follow import actions
    from tocsin.follow.published import HarmError
    from tocsin.review.protection import actions as protection

    following.issue()
    following.expect()
    protection.record_handling(
        by=following.ani, at=at(6), situation=following.situation, key="1",
        handling=Handling(about=("expectation/X01",), embargo_until="2026-11-24", embargo_reason="Promised"),
    )  # fmt: skip
    with pytest.raises(HarmError, match="under embargo until 2026-11-24"):
        following.publish()
    made = actions.publish(by=following.petra, at=at(60 * 24), desk=following.desk)
    assert len(made.expectations) == 1


def test_what_was_published_and_is_gone_from_the_records_is_missed(following: Following) -> None:
    from tocsin.publish.following.documents import document_bytes

    following.issue()
    following.expect()
    made = following.publish()
    other = replace(made.expectations[0], id="X77")
    (following.desk.published / TRACK_RECORD).write_bytes(document_bytes(replace(made, expectations=(other,))))
    with pytest.raises(FollowingError, match="X77 of armenia-azerbaijan was published and is no longer on record"):
        following.publish(11)


def test_the_site_with_it_verifies_and_names_a_changed_byte(following: Following) -> None:
    following.issue()
    following.expect()
    following.publish()
    first = following.site()
    assert following.site() == first
    key = following.desk.public_key()
    folder = following.desk.site

    class Files:
        def paths(self):
            return (each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())

        def read(self, path: str) -> bytes:
            return (folder / path).read_bytes()

    assert list(verify_site(Files(), key, Counts())) == []
    new = [path for path in first if path.startswith(("track-record/", "ledger/")) or path.endswith("preview.png")]
    assert len(new) >= 4
    for path in new:
        (folder / path).write_bytes(first[path] + b" ")
        assert [failure.where for failure in verify_site(Files(), key, Counts())] == [path]
        (folder / path).write_bytes(first[path])


def test_the_act_holds_the_hash_of_what_was_frozen(following: Following) -> None:
    import json

    from tocsin.core.editions.canonical import sha256
    from tocsin.records.models import AuditEntry

    following.issue()
    following.expect()
    following.publish()
    detail = json.loads(AuditEntry.objects.get(action="follow.publish").body)["detail"]
    folder = following.desk.published
    assert detail == {name: sha256((folder / name).read_bytes()) for name in (TRACK_RECORD, RESPONSES)}


def test_doctor_names_a_frozen_document_that_was_changed_or_is_gone(following: Following) -> None:
    from tocsin.warn import records_doctor

    following.issue()
    following.expect()
    following.publish()
    assert list(records_doctor.examine(following.desk)) == []
    path = following.desk.published / TRACK_RECORD
    data = path.read_bytes()
    path.write_bytes(data.replace(b"The parties sign", b"The parties fight"))
    (found,) = records_doctor.examine(following.desk)
    assert (found.where, "not what act" in found.text) == (str(path), True)
    path.unlink()
    (found,) = records_doctor.examine(following.desk)
    assert "is missing" in found.text
