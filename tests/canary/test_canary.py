"""No field that may not be published leaves the desk by any way out, in any spelling; and the search can fail."""

from __future__ import annotations

import base64
import gzip
import html
import io
import zipfile

import msgspec
import pytest
from typer.main import get_command

from tests.canary.desk import BESIDE, MarkedDesk
from tests.canary.outlets import DATA_HALF, NOT_DRIVEN, OUTLETS, READ, Listening
from tests.canary.planting import declared
from tests.canary.searching import Search
from tests.deliver.receiving import mail_server, web_server
from tests.records.people import at
from tocsin.warn.desk import DeskFolder

WORD = "KanarieTestq001z"


def leaks(marked: MarkedDesk, names: list[str] | None = None) -> dict[str, list[str]]:
    """For each outlet, which fields it gave away and where."""
    words = marked.planted.words
    confidential = declared("confidential")
    searches = {
        "public": Search(words.values()),
        "desk": Search(word for field, word in words.items() if field in confidential),
    }
    field_of = {word: field for field, word in words.items()}
    found: dict[str, list[str]] = {}
    searched: dict[str, int] = {}
    for name in names or OUTLETS:
        each = OUTLETS[name]
        searched[name] = 0
        for where, data in each.drive(marked):
            searched[name] += len(data)
            hits = searches[each.reaches].found(data)
            found.setdefault(name, []).extend(f"{field_of[word]} in {where}" for word in sorted(hits))
    marked.searched = searched
    return {name: hits for name, hits in found.items() if hits}


def test_nothing_that_may_not_be_published_leaves_the_desk(desk: DeskFolder, record_property) -> None:
    with Listening():
        marked = MarkedDesk(desk)
        for kind, sealed in marked.sealed.items():
            assert reveal(marked, sealed) == marked.keys.read(sealed.versions.get(number=1), kind)
        with mail_server() as mail, web_server() as web:
            marked.issue_to_followers(mail, web)
            found = leaks(marked)
    fields, n_bytes = sorted(marked.planted.words), marked.searched
    record_property("fields_tried", fields)
    record_property("outlets_searched", n_bytes)
    print(f"{len(fields)} fields tried: {', '.join(fields)}")
    print(f"cannot hold a word: {', '.join(marked.planted.cannot)}")
    print(f"{len(n_bytes)} outlets searched, in bytes: {n_bytes}")
    assert found == {}
    assert all(n_bytes.values()), f"an outlet gave nothing to search: {n_bytes}"

    tried = {*marked.planted.words} | {each.partition(" (")[0] for each in marked.planted.cannot}
    own = {"Sealed.about", "Sealed.key", "Sealed.cipher", "Sealed.nonce", "Sealed.ciphertext"}
    assert (declared("confidential") | declared("internal")) - tried == own, "plant a word in each of these"
    assert declared("confidential") <= {*marked.planted.words}, "each confidential one was tried"
    assert {*BESIDE} <= tried


def reveal(marked: MarkedDesk, record):
    from tocsin.records.queries import newest
    from tocsin.review.protection import actions

    return actions.reveal(by=marked.rita, at=at(4), keys=marked.keys, version=newest(record), reason="to compare")


def test_every_command_is_driven_or_says_why_not() -> None:
    from tocsin.cli import app

    def walk(command, before=()):
        if hasattr(command, "commands"):
            for name, below in command.commands.items():
                yield from walk(below, (*before, name))
        else:
            yield " ".join(before)

    driven = {" ".join(words[:2]) if len(words) > 1 else words[0] for words in READ}
    there = {name for name in walk(get_command(app)) if name.partition(" ")[0] not in DATA_HALF}
    assert there - driven - set(NOT_DRIVEN) == set(), "add it to READ or NOT_DRIVEN in outlets.py"


AREAS = {
    "tocsin.warn.deliver": "e-mail",
    "tocsin.warn.backup": "a backup",
    "tocsin.web.api": "the API with a token",
}
"""Packages by which bytes leave, and the outlet that drives each."""


@pytest.mark.parametrize("package", AREAS)
def test_a_way_out_that_is_there_is_driven(package: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        pytest.skip(f"{package} is not there")
    assert AREAS[package] in OUTLETS


# That the search can fail: each spelling is found, and a leak on purpose through several outlets is.


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "spelt",
    [
        WORD.encode(),
        WORD.upper().encode(),
        WORD.encode("utf-16"),
        WORD.encode("utf-16-be"),
        base64.b64encode(b"see " + WORD.encode() + b" there"),
        base64.b64encode(b"saw: " + WORD.encode() + b" there"),
        base64.b64encode(b"saw it " + WORD.encode() + b" there"),
        WORD.encode().hex().encode(),
        "".join(f"&#{ord(letter)};" for letter in WORD).encode(),
        "".join(f"%{ord(letter):02x}" for letter in WORD).encode(),
        gzip.compress(b"x" * 1000 + WORD.encode()),
        _zipped(b"x" * 1000 + WORD.encode()),
        gzip.compress(base64.b64encode(b"ab" + WORD.encode())),
    ],
    ids=range(13),
)
def test_a_word_is_found_however_it_is_spelt(spelt: bytes) -> None:
    assert Search([WORD, "KanarieOtherq002z"]).found(spelt) == {WORD}


def test_escaped_text_is_found_and_other_words_are_not() -> None:
    word = 'a<b>&"c q003z'
    assert Search([word]).found(html.escape(word).encode()) == {word}
    assert Search([WORD]).found(WORD[:-2].encode() + b" " + base64.b64encode(WORD[:-3].encode())) == set()


def by_the_headline(marked: MarkedDesk, monkeypatch) -> None:
    from tocsin.core.model.judgement import Draft
    from tocsin.records.queries import newest
    from tocsin.warn import actions

    text = newest(marked.draft).read(Draft)
    text = msgspec.structs.replace(text, headline=f"Genocide Watch warns of {marked.word('Witness.safety')}")
    marked.draft.refresh_from_db()
    actions.edit_draft(by=marked.rita, at=at(4), draft=marked.draft, text=text, seen=marked.draft.head)


def by_a_log(marked: MarkedDesk, monkeypatch) -> None:
    import logging

    logging.getLogger("tocsin.anything").debug("read %s", marked.word("Contact.reach"))


def by_a_reason(marked: MarkedDesk, monkeypatch) -> None:
    from tocsin.review.protection import actions

    actions.erase(
        by=marked.rita, at=at(4), record=next(iter(marked.sealed.values())), reason=f"was {marked.word('Witness.note')}"
    )


def by_a_list(marked: MarkedDesk, monkeypatch) -> None:
    from tocsin.review.protection import queries

    kept = queries.listed(marked.situation)
    told = [msgspec.structs.replace(each, key=marked.word("ExactPlace.text")) for each in kept]
    monkeypatch.setattr(queries, "listed", lambda situation: told)


def by_an_error(marked: MarkedDesk, monkeypatch) -> None:
    from tocsin.core.protection import sealing

    def tells(*_args, **_more):
        raise sealing.SealError(f"cannot open {marked.word('ConfidentialNote.text')}")

    monkeypatch.setattr(sealing, "unseal", tells)


LEAKS = [
    (by_the_headline, "Witness.safety", "the published site, every format"),
    (by_the_headline, "Witness.safety", "issued editions and their log"),
    (by_the_headline, "Witness.safety", "export of a case"),
    (by_the_headline, "Witness.safety", "the database at rest"),
    (by_a_log, "Contact.reach", "the log at DEBUG"),
    (by_a_reason, "Witness.note", "the audit chain"),
    (by_a_list, "ExactPlace.text", "what commands print"),
    (by_an_error, "ConfidentialNote.text", "errors, and their tracebacks"),
]


@pytest.mark.parametrize(("leak", "field", "name"), LEAKS, ids=[f"{leak.__name__} {name}" for leak, _, name in LEAKS])
def test_a_leak_on_purpose_is_caught(desks, tmp_path, monkeypatch, leak, field: str, name: str) -> None:
    with desks.open("sqlite", tmp_path / "desk") as folder, Listening():
        marked = MarkedDesk(folder)
        leak(marked, monkeypatch)
        if leak is by_the_headline:
            marked.issue()
        found = leaks(marked, [name])
    assert any(hit.startswith(field) for hit in found.get(name, ())), found
    if name.startswith("the published site"):
        formats = {hit.rpartition(".")[2] for hit in found[name]}
        assert {"html", "pdf", "xml", "jsonld", "json"} <= formats, formats
