"""A published site: the same bytes each time, and one altered byte anywhere is named."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

from tests.cases import ARMENIA, AT, issue_case, make_test_desk
from tests.publish.test_ledger import published as published_responses
from tests.publish.test_ledger import seen
from tocsin.cli import app
from tocsin.core.editions.signing import make_key
from tocsin.publish import site
from tocsin.publish.following.documents import RESPONSES, document_bytes
from tocsin.publish.pdf.brief import Brief, brief_pdf
from tocsin.publish.words import Words
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskError, DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.site_folder import PublishError, publish_desk

EDITION = "warnings/gw-2023-10-arm-aze/2/"


@pytest.fixture(scope="module")
def published(armenia_desk: DeskFolder, tmp_path_factory: pytest.TempPathFactory) -> DeskFolder:
    """A desk that has published both editions. Read only."""
    folder = tmp_path_factory.mktemp("published") / "desk"
    shutil.copytree(armenia_desk.folder, folder)
    desk = DeskFolder(folder)
    publish_desk(desk, on=AT.date())
    return desk


@pytest.fixture
def copy(published: DeskFolder, tmp_path: Path) -> DeskFolder:
    """A copy of it, to be changed."""
    shutil.copytree(published.folder, tmp_path / "desk")
    return DeskFolder(tmp_path / "desk")


def verify(desk: DeskFolder, *words: str) -> tuple[int, list[str]]:
    """Exit code of `tocsin verify` and the files that it names."""
    result = CliRunner().invoke(
        app, ["verify", str(desk.site), "--key", str(desk.folder / "key.pem"), "--json", *words]
    )
    return result.exit_code, [each["where"] for each in json.loads(result.stdout)["failures"]]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fingerprints(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digest(path) for path in folder.rglob("*") if path.is_file()}


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1
    path.write_bytes(bytes(data))


def test_a_published_site_holds(published: DeskFolder) -> None:
    assert verify(published) == (0, [])


def test_publishing_from_nothing_gives_identical_bytes(copy: DeskFolder) -> None:
    before = fingerprints(copy.site)
    shutil.rmtree(copy.site)
    shutil.rmtree(copy.folder / "cache")
    publish_desk(copy, on=AT.date())
    assert fingerprints(copy.site) == before


def test_a_brief_is_made_again_only_when_what_it_says_changes(
    copy: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(brief: Brief, words: Words) -> bytes:
        made.append(brief.addressee)
        return brief_pdf(brief, words)

    monkeypatch.setattr(site, "brief_pdf", counting)
    before = fingerprints(copy.site)
    publish_desk(copy, on=AT.date() + datetime.timedelta(days=400))
    assert made == []
    copy.published.mkdir()
    since = published_responses("REC-6", seen(text="A mission was announced."))
    (copy.published / RESPONSES).write_bytes(document_bytes(since))
    publish_desk(copy, on=AT.date())
    assert made == ["UNESCO"]
    after = fingerprints(copy.site)
    briefs = {path for path in after if path.endswith(".pdf") and before.get(path) != after[path]}
    assert briefs == {"addressees/unesco.pdf"}
    assert verify(copy) == (0, [])


def test_publishing_again_renders_nothing(copy: DeskFolder) -> None:
    before = fingerprints(copy.site)
    done = publish_desk(copy, on=AT.date())
    assert (done.rendered, done.written, done.removed) == (0, 0, 0)
    assert fingerprints(copy.site) == before


@pytest.mark.parametrize(
    "file",
    [
        f"{EDITION}edition.json",
        f"{EDITION}edition.sig.json",
        f"{EDITION}alert.cap.xml",
        f"{EDITION}warning.pdf",
        f"{EDITION}index.html",
        f"{EDITION}claims.csv",
        f"{EDITION}preview.png",
        "ledger/index.html",
        "ledger/ledger.json",
        "ledger/ledger.csv",
        "track-record/index.html",
        "addressees/unesco.pdf",
        f"{EDITION}manifest.json",
        "log/000001.json",
        "log/000002.json",
        "index.html",
        "feeds/all.atom",
        "key.pem",
        "manifest.json",
        "manifest.sig.json",
    ],
)
def test_one_altered_byte_is_named(copy: DeskFolder, file: str) -> None:
    key = copy.folder / "key.pem"
    flip(copy.site / file, 100)
    result = CliRunner().invoke(app, ["verify", str(copy.site), "--key", str(key)])
    assert result.exit_code == 3
    assert file in result.output


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), position=st.integers(0))
def test_one_altered_byte_anywhere_is_named(copy: DeskFolder, which: int, position: int) -> None:
    every = sorted(path for path in copy.site.rglob("*") if path.is_file())
    path = every[which % len(every)]
    whole = path.read_bytes()
    try:
        flip(path, position)
        code, named = verify(copy)
    finally:
        path.write_bytes(whole)
    assert code == 3
    assert path.relative_to(copy.site).as_posix() in named


def test_a_missing_file_and_one_slipped_in_are_named(copy: DeskFolder) -> None:
    (copy.site / EDITION / "alert.cap.xml").unlink()
    (copy.site / "extra.html").write_text("<p>not ours</p>")
    assert verify(copy) == (3, [f"{EDITION}alert.cap.xml", "extra.html"])


def test_a_missing_log_entry_breaks_the_chain(copy: DeskFolder) -> None:
    (copy.site / "log" / "000001.json").unlink()
    code, named = verify(copy)
    assert code == 3
    assert "log/000002.json" in named


def test_a_site_signed_with_another_key_does_not_hold(copy: DeskFolder, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(make_key()[1])
    result = CliRunner().invoke(app, ["verify", str(copy.site), "--key", str(other), "--json"])
    assert result.exit_code == 3
    assert "log/000001.json" in {each["where"] for each in json.loads(result.stdout)["failures"]}


def test_a_path_in_a_manifest_cannot_lead_out_of_the_folder(copy: DeskFolder) -> None:
    manifest = json.loads((copy.site / "manifest.json").read_bytes())
    manifest["files"]["../key.pem"] = hashlib.sha256((copy.folder / "key.pem").read_bytes()).hexdigest()
    (copy.site / "manifest.json").write_text(json.dumps(manifest))
    code, named = verify(copy)
    assert code == 3
    assert "../key.pem" in named


def test_an_edition_alone_is_verified_with_its_signature(copy: DeskFolder) -> None:
    path = copy.site / EDITION / "edition.json"
    call = ["verify", str(path), "--key", str(copy.folder / "key.pem")]
    assert CliRunner().invoke(app, call).exit_code == 0
    flip(path, 5000)
    assert CliRunner().invoke(app, call).exit_code == 3


def test_publishing_everything_again_mends_a_damaged_site(copy: DeskFolder) -> None:
    before = fingerprints(copy.site)
    flip(copy.site / EDITION / "alert.cap.xml", 10)
    publish_desk(copy, on=AT.date(), everything=True)
    assert fingerprints(copy.site) == before


def test_an_update_renders_the_pages_of_what_was_issued_before_and_leaves_its_files(tmp_path: Path) -> None:
    desk = make_test_desk(tmp_path / "desk")
    case = CaseFiles(ARMENIA)
    first = desk.site / "warnings/gw-2023-10-arm-aze/1"

    def publish(on: datetime.date) -> dict[str, tuple[int, str]]:
        publish_desk(desk, on=on)
        assert verify(desk) == (0, [])
        return {path.name: (path.stat().st_ino, digest(path)) for path in first.iterdir()}

    issue_case(desk, case, 1, by="A. Drafter", at=AT)
    alone = publish(AT.date())
    issue_case(desk, case, 2, by="A. Drafter", at=AT + datetime.timedelta(minutes=1))
    updated = publish(AT.date())
    changed = {name for name, was in alone.items() if updated[name] != was}
    assert {"index.html", "manifest.json"} <= changed
    assert all(name.endswith((".html", "manifest.json")) for name in changed), changed
    before = publish(datetime.date(2023, 11, 1))
    assert before["warning.pdf"][1] != updated["warning.pdf"][1], "the PDF says whether it is stale"
    (first / "warning.pdf").unlink()
    publish_desk(desk, on=datetime.date(2023, 11, 2), everything=True)
    assert verify(desk) == (0, [])


def test_a_warning_becomes_stale_on_the_day_after_its_review_date(copy: DeskFolder) -> None:
    page = copy.site / "warnings/gw-2023-10-arm-aze/index.html"
    assert 'class="stale" hidden' not in page.read_text("utf-8")
    done = publish_desk(copy, on=datetime.date(2024, 10, 31))
    assert done.rendered > 0
    assert verify(copy) == (0, [])
    assert 'class="stale" hidden' in page.read_text("utf-8")


def test_the_private_key_stays_behind(published: DeskFolder) -> None:
    pem = published.private_key_path.read_bytes()
    assert published.private_key_path.stat().st_mode & 0o777 == 0o600
    secret = pem.split(b"\n")[1]
    assert not [path for path in published.site.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_a_key_that_others_can_read_is_refused(copy: DeskFolder) -> None:
    copy.private_key_path.chmod(0o644)
    with pytest.raises(DeskError, match="others could read"):
        publish_desk(copy, on=AT.date())


def test_a_desk_that_issued_nothing_says_what_to_do(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(app, ["init", str(tmp_path / "desk")])
    with pytest.raises(PublishError, match="nothing is issued yet"):
        publish_desk(DeskFolder(tmp_path / "desk"), on=AT.date())


def test_an_altered_edition_is_not_published(copy: DeskFolder) -> None:
    store = EditionStore(copy.editions)
    flip(store.edition_path(store.entries()[0].entry.edition_sha256), 200)
    result = CliRunner().invoke(app, ["publish", "--desk", str(copy.folder), "--all"])
    assert result.exit_code == 1
    assert "altered" in str(result.exception)


def test_a_desk_looked_over_names_what_does_not_hold(copy: DeskFolder) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["doctor", "--desk", str(copy.folder)]).exit_code == 0
    store = EditionStore(copy.editions)
    path = store.edition_path(store.entries()[1].entry.edition_sha256)
    flip(path, 200)
    result = runner.invoke(app, ["doctor", "--desk", str(copy.folder), "--json"])
    assert result.exit_code == 3
    assert [each["where"] for each in json.loads(result.stdout)["failures"]] == [str(path)]


def test_the_second_edition_is_an_update_that_names_the_first(published: DeskFolder) -> None:
    store = EditionStore(published.editions)
    first, second = (store.read(signed.entry.edition_sha256) for signed in store.entries())
    assert second.issue.message_type == "Update"
    assert [each.sha256 for each in second.issue.supersedes] == [store.entries()[0].entry.edition_sha256]
    assert replace(second.issue.supersedes[0]).issued_at == first.issue.issued_at
