"""A desk goes into one file and comes back whole, on either database; or not at all."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tests.cases import ARMENIA, AT
from tests.databases import Desks, NoPostgresError
from tests.records.people import a_claim, at, people
from tocsin.cli import app
from tocsin.core.editions.canonical import sha256
from tocsin.warn import doctor
from tocsin.warn.backup.manifest import MANIFEST, BackupError, Manifest, Member
from tocsin.warn.backup.restoring import restore_backup
from tocsin.warn.backup.writing import write_backup
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def used_desk(desk: DeskFolder) -> DeskFolder:
    """A desk whose people issued a warning and went on; with files in its archive, its tables and its site."""
    from tocsin.records.queries import get_record
    from tocsin.review.actions import record_claim
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles

    rita, sam, petra = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    actions.submit(by=rita, at=at(2), desk=desk, draft=draft)
    actions.sign_off(by=sam, at=at(3), draft=draft)
    actions.issue(by=petra, at=at(4), desk=desk, draft=draft)
    situation = get_record("situation", "armenia-azerbaijan")
    record_claim(by=rita, at=at(5), situation=situation, claim=a_claim("Z1", "Հայերեն \U0001f514 \u2028 said."))
    for name in ("archive/ab/abcd", "tables/ged/part-0000.parquet", "site/index.html", "cache/x", ".writing-1"):
        path = desk.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 1000)
    return desk


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest, desks: Desks) -> Iterator[str]:
    """Where records are restored to: a file, or a new database."""
    if request.param == "sqlite":
        yield ""
        return
    try:
        server = desks.postgres()
    except NoPostgresError as error:
        pytest.skip(f"PostgreSQL: {error}")
    name = server.new()
    yield server.url(name)
    from django.db import connections

    connections.close_all()
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def back_up(desk: DeskFolder, to: Path, *, with_keys: bool = True) -> Manifest:
    return write_backup(desk, to, at=AT, with_records=True, with_keys=with_keys)


def restore(file: Path, folder: Path, database: str = "") -> DeskFolder:
    from tocsin.web import setup
    from tocsin.web.database import let_go, prepare

    def finish() -> None:
        prepare()
        let_go()

    restore_backup(file, folder, start=setup, finish=finish, database=database)
    setup(folder)
    return DeskFolder(folder)


def failures(desk: DeskFolder) -> list:
    from tocsin.records import integrity
    from tocsin.warn import records_doctor

    return [*doctor.examine(desk), *integrity.examine(), *records_doctor.examine(desk)]


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    }


def test_a_desk_comes_back_whole_on_either_database(used_desk: DeskFolder, database: str, tmp_path: Path) -> None:
    from tocsin.records.models import AuditEntry, Version
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record, read
    from tocsin.review.actions import record_claim

    before = {
        "editions": files(used_desk.editions),
        "archive": files(used_desk.folder / "archive"),
        "tables": files(used_desk.folder / "tables"),
        "private": files(used_desk.folder / "private"),
        "chain": list(AuditEntry.objects.order_by("seq").values_list("seq", "sha256", "body")),
        "versions": list(Version.objects.order_by("pk").values_list("pk", "content", "act_id")),
    }
    made = back_up(used_desk, tmp_path / "desk.tar")
    assert (tmp_path / "desk.tar").stat().st_mode & 0o777 == 0o600
    restored = restore(tmp_path / "desk.tar", tmp_path / "restored", database)
    assert failures(restored) == []
    assert before == {
        "editions": files(restored.editions),
        "archive": files(restored.folder / "archive"),
        "tables": files(restored.folder / "tables"),
        "private": files(restored.folder / "private"),
        "chain": list(AuditEntry.objects.order_by("seq").values_list("seq", "sha256", "body")),
        "versions": list(Version.objects.order_by("pk").values_list("pk", "content", "act_id")),
    }
    # People go on working: keys are handed out where they were left, and the guards stand.
    situation = get_record("situation", "armenia-azerbaijan")
    record_claim(by=get_person("rita"), at=at(9), situation=situation, claim=a_claim("Z2"))
    assert read(get_record("claim", "Z2", situation=situation), type(a_claim())).text == "Something was said."
    assert failures(restored) == []
    # The same rows make the same bytes, whichever database they come from.
    again = back_up(restored, tmp_path / "again.tar")
    changed = {"rows/records.auditentry", "rows/records.record", "rows/records.version", "desk/desk.toml"}
    assert {m.name: m.sha256 for m in made.members if m.name not in changed} == {
        m.name: m.sha256 for m in again.members if m.name not in changed
    }


def test_what_is_left_out_is_said(used_desk: DeskFolder, tmp_path: Path) -> None:
    (used_desk.folder / "elsewhere").symlink_to("/etc")
    made = back_up(used_desk, tmp_path / "desk.tar", with_keys=False)
    names = {member.name for member in made.members}
    assert not [name for name in names if name.startswith(("desk/private", "desk/site", "desk/cache", "desk/desk.sql"))]
    assert "desk/.writing-1" not in names
    assert " ".join(made.left_out).count(":") == 4
    assert {each.split(":")[0] for each in made.left_out} == {"site/", "cache/", "private/", "elsewhere"}
    with tarfile.open(tmp_path / "desk.tar") as tar:
        settings = tar.extractfile("desk/desk.toml").read().decode()
    assert "postgres://tocsin@" not in settings


def test_writers_go_on_while_a_backup_is_made(used_desk: DeskFolder, tmp_path: Path) -> None:
    from django.db import connections

    from tocsin.records.models import AuditEntry
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record
    from tocsin.review.actions import record_claim

    stop, wrote = threading.Event(), []

    def write() -> None:
        rita, situation = get_person("rita"), get_record("situation", "armenia-azerbaijan")
        while not stop.is_set():
            record_claim(by=rita, at=at(6), situation=situation, claim=a_claim(f"W{len(wrote)}"))
            wrote.append(len(wrote))
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            n_before = AuditEntry.objects.count()
            back_up(used_desk, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        writer.join()
    assert len(wrote) > 3
    n_after = AuditEntry.objects.count()
    restored = restore(tmp_path / "2.tar", tmp_path / "restored")
    assert failures(restored) == []
    assert n_before <= AuditEntry.objects.count() <= n_after


def test_a_restore_that_was_interrupted_at_the_last_step_leaves_no_desk_and_can_be_run_again(
    used_desk: DeskFolder, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(used_desk, tmp_path / "desk.tar")

    class PowerCutError(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr("tocsin.warn.backup.restoring.os.replace", cut)
        with pytest.raises(PowerCutError):
            restore(tmp_path / "desk.tar", tmp_path / "restored", database)
    assert not (tmp_path / "restored").exists()
    assert failures(restore(tmp_path / "desk.tar", tmp_path / "restored", database)) == []


def test_a_database_in_use_is_not_restored_into(used_desk: DeskFolder, desks: Desks, tmp_path: Path) -> None:
    from tocsin.records.models import AuditEntry
    from tocsin.records.rows import RowsError
    from tocsin.web import setup

    url = used_desk.settings.database
    if not url:
        pytest.skip("a file is made anew for each restore")
    back_up(used_desk, tmp_path / "desk.tar")
    people(("zoe", "observer"))
    n_acts = AuditEntry.objects.count()
    with pytest.raises(RowsError, match="holds other rows already"):
        restore(tmp_path / "desk.tar", tmp_path / "restored", url)
    setup(used_desk.folder)
    assert AuditEntry.objects.count() == n_acts
    assert not (tmp_path / "restored").exists()


def test_the_commands_back_up_wipe_and_restore(used_desk: DeskFolder, tmp_path: Path) -> None:
    run = CliRunner().invoke
    file, folder = str(tmp_path / "desk.tar"), str(tmp_path / "back")
    made = run(app, ["backup", file, "--desk", str(used_desk.folder), "--with-keys", "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["rows"] > 100
    assert isinstance(run(app, ["backup", file, "--desk", str(used_desk.folder)]).exception, BackupError)
    restored = run(app, ["restore", file, folder])
    assert restored.exit_code == 0, restored.output
    looked = run(app, ["doctor", "--desk", folder])
    assert (looked.exit_code, looked.output.strip()) == (0, "all is well")


def test_a_desk_without_records_comes_back_too(armenia_desk: DeskFolder, tmp_path: Path) -> None:
    made = write_backup(armenia_desk, tmp_path / "desk.tar", at=AT, with_records=False, with_keys=False)
    assert made.migrations is None
    restore_backup(tmp_path / "desk.tar", tmp_path / "back", start=pytest.fail, finish=pytest.fail)
    assert files(tmp_path / "back" / "editions") == files(armenia_desk.editions)
    assert [each.where for each in doctor.examine(DeskFolder(tmp_path / "back"))] != [], "its signing key is missing"


# --- files that are no honest backup ---------------------------------------------------------------------------------


def tar_of(
    path: Path, members: list[tuple[str | tarfile.TarInfo, bytes]], manifest: Callable[[Manifest], bytes] | None = None
) -> Path:
    with tarfile.open(path, "w") as tar:
        said = []
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
            said.append(Member(name=info.name, byte_size=len(data), sha256=sha256(data)))
        if manifest is not None:
            whole = Manifest(
                made_at="2026-11-23T12:00:00Z", desk="x", version="0", with_keys=False, members=tuple(said)
            )
            data = manifest(whole) or msgspec.json.encode(whole)
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def link(kind: bytes, name: str, to: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


SETTINGS = ("desk/desk.toml", b'name = "x"\nsender = "a"\nurl = "https://a"\n')
DISHONEST = {
    "a name that leads out": [SETTINGS, ("desk/../../evil", b"x")],
    "an absolute name": [SETTINGS, ("/tmp/evil", b"x")],
    "a name beside the folders": [SETTINGS, ("evil", b"x")],
    "a folder itself": [SETTINGS, ("desk", b"x")],
    "a doubled slash": [SETTINGS, ("desk//x", b"x")],
    "a backslash": [SETTINGS, ("desk/..\\x", b"x")],
    "a symbolic link": [SETTINGS, (link(tarfile.SYMTYPE, "desk/x", "/etc/passwd"), b"")],
    "a hard link": [SETTINGS, (link(tarfile.LNKTYPE, "desk/x", "desk/desk.toml"), b"")],
    "a device": [SETTINGS, (link(tarfile.CHRTYPE, "desk/x", ""), b"")],
    "a folder entry": [SETTINGS, (link(tarfile.DIRTYPE, "desk/x", ""), b"")],
    "a file twice": [SETTINGS, SETTINGS],
    "a file that is a folder too": [SETTINGS, ("desk/a", b"x"), ("desk/a/b", b"x")],
    "no settings": [("desk/x", b"x")],
}


@pytest.mark.parametrize("members", DISHONEST.values(), ids=DISHONEST)
def test_a_file_that_would_write_elsewhere_is_refused(members, tmp_path: Path) -> None:
    file = tar_of(tmp_path / "evil.tar", members, lambda _: b"")
    with pytest.raises(BackupError):
        restore_backup(file, tmp_path / "in" / "desk", start=pytest.fail, finish=pytest.fail)
    assert list((tmp_path / "in").iterdir()) == []
    assert not (tmp_path / "evil").exists()


MEMBERS = [SETTINGS, ("desk/archive/a", b"x" * 5000)]
BROKEN = {
    "a manifest that is none": lambda said: b"{}",
    "another format": lambda said: _encoded(said, format="tocsin/backup/2"),
    "another hash": lambda said: _encoded(said, members=(said.members[0], _other(said.members[1]))),
    "a member that is not named": lambda said: _encoded(said, members=said.members[:1]),
    "a member that is not there": lambda said: _encoded(
        said, members=(*said.members, Member(name="desk/z", byte_size=0, sha256="0" * 64))
    ),
}


def _encoded(said: Manifest, **changes: object) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(said, **changes))


def _other(member: Member) -> Member:
    return Member(name=member.name, byte_size=member.byte_size, sha256="0" * 64)


@pytest.mark.parametrize("manifest", BROKEN.values(), ids=BROKEN)
def test_what_the_manifest_does_not_vouch_for_is_refused(manifest, tmp_path: Path) -> None:
    file = tar_of(tmp_path / "broken.tar", MEMBERS, manifest)
    with pytest.raises(BackupError):
        restore_backup(file, tmp_path / "in" / "desk", start=pytest.fail, finish=pytest.fail)
    assert list((tmp_path / "in").iterdir()) == []


def test_the_honest_file_that_the_broken_ones_differ_from_is_restored(tmp_path: Path) -> None:
    file = tar_of(tmp_path / "good.tar", MEMBERS, lambda _: b"")
    (tmp_path / "desk").mkdir()  # an empty folder may stand there
    restore_backup(file, tmp_path / "desk", start=pytest.fail, finish=pytest.fail)
    assert (tmp_path / "desk" / "archive" / "a").read_bytes() == b"x" * 5000


@pytest.mark.parametrize("cut", [0, 100, 600, 3000, 9000, 11000])
def test_a_file_cut_short_is_refused(cut: int, tmp_path: Path) -> None:
    whole = tar_of(tmp_path / "whole.tar", MEMBERS, lambda _: b"").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: min(cut, len(whole) // 2)])
    with pytest.raises(BackupError):
        restore_backup(tmp_path / "cut.tar", tmp_path / "desk", start=pytest.fail, finish=pytest.fail)
    assert not (tmp_path / "desk").exists()


def test_a_folder_in_use_is_not_restored_into(tmp_path: Path) -> None:
    file = tar_of(tmp_path / "good.tar", MEMBERS, lambda _: b"")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "mine").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for folder in ("desk", "link"):
        with pytest.raises(BackupError, match="not empty"):
            restore_backup(file, tmp_path / folder, start=pytest.fail, finish=pytest.fail)
    assert files(tmp_path / "desk") == {"mine": sha256(b"")}


KILLED = """
import os, sys
from pathlib import Path
from tocsin.warn.backup.restoring import restore_backup
left = [int(sys.argv[3])]
def counted(call):
    def step(*words, **more):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        return call(*words, **more)
    return step
for name in ("open", "mkdir", "replace", "fsync", "close"):
    setattr(os, name, counted(getattr(os, name)))
restore_backup(Path(sys.argv[1]), Path(sys.argv[2]), start=None, finish=None)
"""


def test_a_restore_killed_at_any_step_leaves_no_desk_or_a_whole_one(tmp_path: Path) -> None:
    file = tar_of(tmp_path / "good.tar", [SETTINGS, ("desk/editions/log/1", b"y")], lambda _: b"")
    outcomes = set()
    for steps in (0, 2, 5, 9, 14, 20, 24, 27, 30, 1000):
        folder = tmp_path / f"in-{steps}" / "desk"
        folder.parent.mkdir()
        done = subprocess.run([sys.executable, "-c", KILLED, str(file), str(folder), str(steps)], check=False)
        outcomes.add(done.returncode)
        if done.returncode == 0 or folder.exists():
            assert (folder / "desk.toml").read_bytes() == SETTINGS[1]
            assert (folder / "editions" / "log" / "1").read_bytes() == b"y"
        restore_backup(file, folder, start=None, finish=None) if not folder.exists() else None
        assert os.listdir(folder)
    assert outcomes == {0, 9}
