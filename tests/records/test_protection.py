"""What is confidential is sealed at rest, shown by role, each look recorded, and gone for good when it must be."""

from __future__ import annotations

import base64

import pytest

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.core.model.protected import ConfidentialNote, Consent, Contact, ExactPlace, Handling, Witness
from tocsin.core.protection.sealing import SealError
from tocsin.core.rules.roles import NotAllowedError
from tocsin.warn.desk import DeskFolder

WITNESS = Witness(name="Anahit Sargsyan", contact="+374 10 123456", place="the mill above the bridge", at=(46.1, 39.3))


class Desk:
    """A desk with a situation, a claim and a witness who told it."""

    def __init__(self, folder: DeskFolder) -> None:
        from tocsin.records.keyring import Keyring
        from tocsin.review import actions as review

        self.folder = folder
        self.ani, self.eva, self.rita, self.admin2 = people(
            ("ani", "analyst"), ("eva", "analyst"), ("rita", "reviewer"), ("adam", "administrator")
        )
        self.keys = Keyring(folder.confidential_key_path)
        self.situation = review.open_situation(by=self.rita, at=at(1), key="s", scope=A_SITUATION).record
        self.claim = review.record_claim(by=self.ani, at=at(1), situation=self.situation, claim=a_claim()).record
        self.witness = self.seal("witness", "W1", WITNESS, about=("claim/C01",)).record

    def seal(self, kind: str, key: str, content, **more):
        from tocsin.review.protection import actions

        return actions.record_sealed(
            by=more.pop("by", self.ani), at=at(2), keys=self.keys, situation=self.situation, kind=kind, key=key,
            content=content, **more,
        )  # fmt: skip

    def reveal(self, record, by, reason="to ask again"):
        from tocsin.records.queries import newest
        from tocsin.review.protection import actions

        return actions.reveal(by=by, at=at(3), keys=self.keys, version=newest(record), reason=reason)

    def consent(self, **fields):
        from tocsin.review.protection import actions

        said = {"informed": True, "scope": ("publish",), "claims": ("C01",), "lang": "hy"} | fields
        consent = Consent(taken_by="ani", taken_date="2026-11-20", **said)
        return actions.record_consent(by=self.ani, at=at(3), witness=self.witness, consent=consent)

    def withdraw(self, by=None):
        from tocsin.review.protection import actions

        return actions.withdraw_consent(by=by or self.rita, at=at(5), witness=self.witness)

    def rotate(self):
        from tocsin.review.protection import actions

        return actions.rotate_key(by=self.admin2, at=at(6), keys=self.keys)


@pytest.fixture
def held(desk: DeskFolder) -> Desk:
    return Desk(desk)


def failures() -> list[str]:
    from tocsin.records.integrity import examine

    return [f"{each.where}: {each.text}" for each in examine()]


def test_what_is_sealed_can_be_revealed_and_the_chain_is_content(held: Desk) -> None:
    assert held.reveal(held.witness, held.rita) == WITNESS
    assert failures() == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("contact", Contact(name="A. Editor", reach="a safe channel")),
        ("exact-place", ExactPlace(text="behind the school", at=(46.5, 39.2))),
        ("note", ConfidentialNote(text="She hesitated.")),
    ],
)
def test_each_kind_comes_back_as_it_was(held: Desk, kind: str, content) -> None:
    assert held.reveal(held.seal(kind, "K1", content).record, held.rita) == content


def test_who_entered_it_may_read_it_and_another_analyst_may_not(held: Desk) -> None:
    assert held.reveal(held.witness, held.ani) == WITNESS
    with pytest.raises(NotAllowedError, match="reviewer"):
        held.reveal(held.witness, held.eva)
    with pytest.raises(NotAllowedError):
        held.reveal(held.witness, held.admin2)


def test_each_look_is_on_record_with_who_when_which_and_why(held: Desk) -> None:
    from tocsin.review.protection import queries
    from tocsin.review.protection.actions import ProtectionError

    held.reveal(held.witness, held.rita, "does she still agree")
    with pytest.raises(ProtectionError, match="needs a reason"):
        held.reveal(held.witness, held.rita, " ")
    (look,) = queries.looks()
    assert (look.by, look.at, look.path, look.version, look.reason) == (
        "rita", "2026-11-23T12:03:00Z", held.witness.path, 1, "does she still agree",
    )  # fmt: skip


def test_a_look_that_cannot_be_recorded_shows_nothing(held: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.records.models import AuditEntry

    def refuse(*_args, **_more) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(AuditEntry, "save", refuse)
    with pytest.raises(RuntimeError):
        held.reveal(held.witness, held.rita)


def test_a_list_says_that_it_is_there_and_not_what_it_says(held: Desk) -> None:
    from tocsin.review.protection import queries

    (kept,) = queries.listed(held.situation)
    assert (kept.key, kept.about, kept.erased) == ("W1", ("claim/C01",), False)
    assert "Anahit" not in repr(kept)


def test_nothing_confidential_can_be_recorded_in_clear(held: Desk) -> None:
    from tocsin.records.acting import ActError, acting

    with (
        pytest.raises(ActError, match="says a Sealed"),
        acting("test", by=held.ani, at=at(4), needs="analyst", situation=held.situation) as act,
    ):
        act.keep("witness", "W2", WITNESS, situation=held.situation)


def test_each_version_is_sealed_for_itself(held: Desk) -> None:
    from tocsin.records.models import Version
    from tocsin.review.protection import actions

    changed = Witness(name="Anahit Sargsyan", contact="only by letter")
    second = held.seal("witness", "W1", changed, seen=1)
    first = Version.objects.select_related("record", "act__by").get(record=held.witness, number=1)
    held.witness.refresh_from_db()
    assert held.reveal(held.witness, held.rita) == changed
    assert actions.reveal(by=held.rita, at=at(4), keys=held.keys, version=first, reason="what was it") == WITNESS
    first.content = second.content  # the newer ciphertext where the older stood
    with pytest.raises(SealError):
        held.keys.read(first, Witness)


def test_a_ciphertext_of_another_record_is_refused(held: Desk) -> None:
    from tocsin.records.keyring import KeyringError
    from tocsin.records.queries import newest

    other = held.seal("witness", "W2", Witness(name="Somebody else"))
    version = newest(held.witness)
    version.content = other.content
    with pytest.raises(KeyringError, match="data key"):
        held.keys.read(version, Witness)


def test_the_key_lies_outside_the_database_for_its_owner_alone(held: Desk) -> None:
    from tocsin.records.keyring import KeyringError

    path = held.folder.confidential_key_path
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyringError, match="others could read"):
        held.reveal(held.witness, held.rita)
    path.chmod(0o600)
    path.rename(path.with_name("away"))
    with pytest.raises(KeyringError, match="cannot be read"):
        held.seal("note", "N1", ConfidentialNote(text="x"))  # no second key is made where one is in use
    assert not path.exists()


def test_changing_the_key_leaves_versions_and_chain_as_they_are(held: Desk) -> None:
    from tocsin.records.models import Version

    old = held.keys.masters()
    before = list(Version.objects.values_list("pk", "content", "sha256"))
    held.seal("note", "N1", ConfidentialNote(text="x"))
    assert held.rotate() == 2
    assert len(held.keys.masters()) == 1
    assert held.keys.masters() != old
    assert list(Version.objects.filter(pk__lte=before[-1][0]).values_list("pk", "content", "sha256")) == before
    assert held.reveal(held.witness, held.rita) == WITNESS
    assert failures() == []


def test_a_change_of_key_that_fails_leaves_all_readable(held: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.records.models import AuditEntry

    def refuse(*_args, **_more) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(AuditEntry, "save", refuse)
        with pytest.raises(RuntimeError):
            held.rotate()
    assert len(held.keys.masters()) == 2  # the new one, which nothing uses yet, and the old
    assert held.reveal(held.witness, held.rita) == WITNESS
    held.rotate()
    assert len(held.keys.masters()) == 1
    assert held.reveal(held.witness, held.rita) == WITNESS


def test_only_an_administrator_changes_the_key(held: Desk) -> None:
    from tocsin.review.protection import actions

    with pytest.raises(NotAllowedError):
        actions.rotate_key(by=held.rita, at=at(6), keys=held.keys)


def bytes_at_rest(held: Desk) -> bytes:
    """All that the database holds, as its files or its tables stand."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return b"".join(path.read_bytes() for path in held.folder.folder.glob("desk.sqlite3*"))
    with connection.cursor() as cursor:
        dumped = []
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                dumped += [bytes(chunk) for chunk in copy]
    return b"".join(dumped)


def test_withdrawn_consent_makes_it_unreadable_for_good_and_leaves_a_tombstone(held: Desk) -> None:
    from tocsin.records.keyring import ErasedError
    from tocsin.records.models import DataKey, Erasure

    held.consent()
    note = held.seal("note", "N1", ConfidentialNote(text="She hesitated."), about=("witness/W1",)).record
    aside = held.seal("note", "N2", ConfidentialNote(text="Of the claim."), about=("claim/C01",)).record
    wrapped = DataKey.objects.get(path=held.witness.path).wrapped
    assert wrapped.encode() in bytes_at_rest(held)

    done = held.withdraw()

    assert (done.claims, done.erased) == (("C01",), (held.witness.path, note.path))
    assert wrapped.encode() not in bytes_at_rest(held)
    for record in (held.witness, note):
        with pytest.raises(ErasedError, match="nobody can read it"):
            held.reveal(record, held.rita)
    assert held.reveal(aside, held.rita).text == "Of the claim."
    assert [erasure.reason for erasure in Erasure.objects.all()] == ["withdrawn at the request of the source"] * 2
    assert held.witness.children.get(kind="consent").state == "withdrawn"
    held.claim.refresh_from_db()
    assert held.claim.state == "rejected"  # nobody had accepted it yet
    assert failures() == []  # the chain still vouches for every ciphertext
    with pytest.raises(ErasedError):
        held.seal("witness", "W1", WITNESS, seen=1)


def test_withdrawing_twice_or_without_the_role_changes_nothing(held: Desk) -> None:
    held.consent()
    with pytest.raises(NotAllowedError):
        held.withdraw(by=held.eva)
    assert held.reveal(held.witness, held.ani) == WITNESS
    held.withdraw()
    assert held.withdraw().erased == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM records_datakey",
        "UPDATE records_datakey SET wrapped = ''",
        "UPDATE records_datakey SET path = 'elsewhere'",
        "UPDATE records_erasure SET reason = 'another'",
        "DELETE FROM records_erasure",
    ],
)
def test_the_database_keeps_keys_until_their_erasure_is_on_record(held: Desk, statement: str) -> None:
    from django.db import DatabaseError, connection, transaction

    from tocsin.review.protection import actions

    note = held.seal("note", "N1", ConfidentialNote(text="x")).record
    actions.erase(by=held.rita, at=at(4), record=note, reason="not needed")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_key_that_was_destroyed_cannot_be_put_back(held: Desk) -> None:
    from django.db import DatabaseError, connection, transaction

    held.withdraw()
    with pytest.raises(DatabaseError, match="stays empty"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_datakey SET wrapped = 'again'")


def test_doctor_names_a_key_that_vanished_without_an_act(held: Desk) -> None:
    from tests.records.test_integrity import by_hand

    by_hand("UPDATE records_datakey SET wrapped = ''")
    assert any("no act says so" in failure for failure in failures())


def test_doctor_names_a_ciphertext_that_was_altered(held: Desk) -> None:
    from tests.records.test_integrity import by_hand

    by_hand('UPDATE records_version SET content = REPLACE(content, \'"nonce":"\', \'"nonce":"A\') WHERE id = 3')
    assert any("SHA-256 differs" in failure for failure in failures())


def test_rules_are_told_of_names_places_consent_and_embargo(held: Desk) -> None:
    from tocsin.review.protection import actions, queries

    held.consent(scope=("archive",))
    handling = Handling(about=("claim/C01",), embargo_until="2026-12-01", embargo_reason="they leave first")
    actions.record_handling(by=held.ani, at=at(4), situation=held.situation, key="H1", handling=handling)
    known = queries.known(held.situation, held.keys)
    assert known.names == ("Anahit Sargsyan",)
    assert [(point.at, point.km) for point in known.points] == [((46.1, 39.3), queries.KM_UNSAID)]
    assert [(each.claims, each.scope, each.withdrawn) for each in known.agreed] == [(("C01",), ("archive",), False)]
    assert [(each.about, each.until) for each in known.embargoes] == [("claim/C01", "2026-12-01")]
    assert known.unread == ""
    assert queries.known(held.situation, None).unread
    held.withdraw()
    known = queries.known(held.situation, held.keys)
    assert known.names == ()
    assert known.agreed[0].withdrawn


def test_what_it_concerns_must_be_on_record(held: Desk) -> None:
    from tocsin.records.queries import UnknownRecordError

    with pytest.raises(UnknownRecordError):
        held.seal("note", "N1", ConfidentialNote(text="x"), about=("claim/C99",))
    with pytest.raises(UnknownRecordError, match="kind/key"):
        held.seal("note", "N1", ConfidentialNote(text="x"), about=("C01",))


def test_no_key_stands_in_the_database(held: Desk) -> None:
    at_rest = bytes_at_rest(held)
    for master in held.keys.masters():
        assert master not in at_rest
        assert base64.b64encode(master) not in at_rest
    for word in ("Anahit", "123456", "mill"):
        assert word.encode() not in at_rest


def test_a_restored_desk_reads_what_is_sealed_with_the_key_kept_apart(held: Desk, tmp_path) -> None:
    import shutil

    from tests.warn.test_backups import restore
    from tocsin.records.keyring import Keyring
    from tocsin.records.models import Record, Version
    from tocsin.warn.backup.writing import write_backup

    write_backup(held.folder, tmp_path / "desk.tar", at=at(7), with_records=True, with_keys=False)
    again = restore(tmp_path / "desk.tar", tmp_path / "again")
    assert not again.confidential_key_path.exists()
    shutil.copy(held.keys.path, again.confidential_key_path)
    version = Version.objects.select_related("record").get(record=Record.objects.get(path=held.witness.path))
    assert Keyring(again.confidential_key_path).read(version, Witness) == WITNESS
    assert failures() == []
