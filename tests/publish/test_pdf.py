"""The PDF of a warning: complete, the same each time, readable by machines and by assistive technology."""

from __future__ import annotations

import datetime
import io
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import msgspec
import pikepdf
import pypdfium2
import pytest
from pdfua import validate

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.edition import Content, Edition
from tocsin.core.model.series import EventSeries
from tocsin.publish.addresses import edition_url
from tocsin.publish.maps.situation import situation_svg
from tocsin.publish.pdf.pictures import MAP_WIDTH, printed_map
from tocsin.publish.pdf.warning import warning_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import described, strokes
from tocsin.publish.words import Words, words

DAY = datetime.date(2026, 11, 23)
KEY = "0123456789abcdef" * 4
ARABIC = "السيطرة على الأرض"


def read(edition: Edition) -> Reading:
    return Reading(edition, sha256(canonical_bytes(edition)), DAY)


def edited(reading: Reading, **fields: object) -> Reading:
    """The same edition with other content, as if it had been issued so."""
    content = msgspec.structs.replace(reading.content, **fields)
    return read(msgspec.structs.replace(reading.edition, content=content))


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page; what may be broken over lines is joined."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    """Text without white space, hyphens (lines may end at one) and the choice between composed letters."""
    return unicodedata.normalize("NFKC", re.sub(r"[-\s\u200b\ufffe\u0002]+", "", text))


def pdf_of(reading: Reading) -> bytes:
    shown = reading.content.map
    drawn = situation_svg(printed_map(shown), width=MAP_WIDTH, plain=True) if shown else None
    return warning_pdf(reading, words("en"), map_svg=drawn, key_fingerprint=KEY)


@pytest.fixture(scope="module")
def second(readings: tuple[Reading, Reading]) -> bytes:
    return pdf_of(readings[1])


@pytest.fixture(scope="module")
def text(second: bytes) -> str:
    return squeezed("".join(page_texts(second)))


def test_the_same_edition_gives_the_same_bytes(readings: tuple[Reading, Reading], second: bytes) -> None:
    assert pdf_of(readings[0]) != second
    assert pdf_of(readings[1]) == second


def test_another_process_gives_the_same_bytes(readings: tuple[Reading, Reading], second: bytes, tmp_path: Path) -> None:
    file = tmp_path / "edition.json"
    file.write_bytes(canonical_bytes(readings[1].edition))
    script = (
        "import sys, tests.publish.test_pdf as t; from tocsin.core.editions.canonical import decode_edition, sha256\n"
        f"sys.stdout.buffer.write(t.pdf_of(t.read(decode_edition(open({str(file)!r}, 'rb').read()))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Yerevan", "SOURCE_DATE_EPOCH": "1"}
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=root, env=environment, check=True)
    assert done.stdout == second


def test_it_is_no_larger_and_no_longer_than_a_reader_bears(second: bytes) -> None:
    assert len(second) < 300_000
    assert len(page_texts(second)) <= 15


def test_each_series_is_drawn_with_what_it_cannot_tell_and_whose_it_is(
    readings: tuple[Reading, Reading], second: bytes, text: str
) -> None:
    series = readings[1].content.series or ()
    assert series
    for one in series:
        for said in (one.label, one.cannot_tell, one.producer, one.release, one.licence, *one.warnings):
            assert squeezed(said) in text
    with pikepdf.open(io.BytesIO(second)) as pdf:
        alts = {str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one}
    assert {described(one, words("en")) for one in series} <= alts


def test_strokes_stand_as_high_as_the_counts_do() -> None:
    one = EventSeries(
        id="X1", label="Invented", unit="deaths", first="2030-01", best=(0, 9, 99), high=(0, 99, 99), producer="Nobody",
        release="1", retrieved="2030-04-01", licence="none", cannot_tell="Nothing.",
    )  # fmt: skip
    high, best = strokes(one, decades=2, width=30, height=10)
    assert best == "M15 10V5M25 10V0", "a month of nothing has no stroke; 9 stands halfway up to 99"
    assert high == "M15 10V0M25 10V0"


def test_an_edition_without_series_has_no_such_section(readings: tuple[Reading, Reading]) -> None:
    without = page_texts(pdf_of(edited(readings[1], series=None)))
    assert squeezed(words("en")("series-title")) not in squeezed("".join(without))


def test_it_passes_the_automated_subset_of_pdf_ua_checks(second: bytes, tmp_path: Path) -> None:
    (tmp_path / "warning.pdf").write_bytes(second)
    report = validate(str(tmp_path / "warning.pdf"))
    assert [(one.rule_id, one.message) for one in report.findings] == []
    # The checker's own rule on empty headings stops at an array; we count headings ourselves, below.
    assert {one.rule_id for one in report.outcomes if one.skipped_reason} <= {"UA-14-001"}


def test_it_says_which_standards_it_was_made_for_and_is_tagged(second: bytes) -> None:
    with pikepdf.open(io.BytesIO(second)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "2", "A")
        assert metadata["dc:title"] == "Genocide Watch warns that Azerbaijan is invading Armenia"
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)


def test_only_the_packages_own_fonts_are_embedded(second: bytes) -> None:
    with pikepdf.open(io.BytesIO(second)) as pdf:
        names = {
            str(one.BaseFont).partition("+")[2]
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
    assert names
    assert all(name.startswith("Noto") for name in names)


def test_every_claim_and_every_source_stands_in_it(readings: tuple[Reading, Reading], text: str) -> None:
    content = readings[1].content
    assert len(content.claims) == 41
    for claim in content.claims:
        assert claim.id in text
        assert squeezed(f"{claim.asserted_by} states: {claim.text}") in text
        for position in claim.positions:
            assert squeezed(f"{position.by}: {position.text}") in text
    for source in content.sources:
        assert squeezed(source.id + source.publisher) in text


def test_all_seven_recommendations_stand_in_it_with_what_followed(readings: tuple[Reading, Reading], text: str) -> None:
    asks = readings[1].content.recommendations
    assert len(asks) == 7
    for ask in asks:
        assert squeezed(f"Genocide Watch asks: {ask.action}") in text
        for response in ask.responses:
            assert squeezed(response.text) in text
            assert not response.search or squeezed(f"Searched 23 November 2026. {response.search.where}") in text


def test_changes_events_flags_and_stages_stand_in_it(readings: tuple[Reading, Reading], text: str) -> None:
    content = readings[1].content
    for said in (
        *(change.meaning for change in content.changes),
        *(event.text for event in content.events),
        *(flag.text for flag in content.flags),
        *(finding.rationale for finding in content.findings),
        *(estimate.quantity.text for figure in content.figures for estimate in figure.estimates),
        content.bottom_line,
        content.headline,
    ):
        assert squeezed(said) in text


def test_every_page_carries_the_whole_hash_and_its_number(readings: tuple[Reading, Reading], second: bytes) -> None:
    texts = page_texts(second)
    for number, page in enumerate(texts, start=1):
        assert f"Edition SHA-256 {readings[1].sha256}" in page
        assert f"Page {number} of {len(texts)}" in page


def test_the_first_page_says_what_it_is_and_what_it_is_not(second: bytes) -> None:
    first = squeezed(page_texts(second)[0])
    for said in (
        "A coded reading of a warning published by Genocide Watch.",
        "nothing here is issued or endorsed by Genocide Watch",
        "Exercise",
        "It is not an alert",
        "Warning",
        "declared by Genocide Watch",
        "Stale since 31 October 2024",
        "Edition 2 · Update",
    ):
        assert squeezed(said) in first


def test_names_in_every_script_stand_in_it(text: str) -> None:
    for name in ("Սյունիք", "Գեղարքունիք", "Нагорный Карабах", "Zəngəzur", "Laçın", "Qarabağ", "Բերձոր"):
        assert squeezed(name) in text


def test_it_tells_how_to_check_it(readings: tuple[Reading, Reading], text: str) -> None:
    issue = readings[1].issue
    for said in (readings[0].sha256, KEY, edition_url(issue), edition_url(issue, "edition.json")):
        assert squeezed(said) in text


def test_references_lead_to_their_records(second: bytes) -> None:
    with pikepdf.open(io.BytesIO(second)) as pdf:
        links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        inside = [note for note in links if "/Dest" in note]
        named = pikepdf.NameTree(pdf.Root.Names.Dests)
        assert len(inside) > 200
        assert {str(note.Dest) for note in inside} <= {str(name) for name in named}
        assert all(str(note.Dest).endswith(f"-{note.Contents}") for note in inside)
        addresses = [str(note.A.URI) for note in links if "/A" in note]
    assert len(addresses) > 45
    assert all(address.startswith(("https://", "http://")) for address in addresses)


def test_an_edition_that_is_not_stale_does_not_say_so(readings: tuple[Reading, Reading]) -> None:
    fresh = edited(readings[1], review_date="2027-01-31")
    assert "Stale" not in page_texts(warning_pdf(fresh, words("en")))[0]


@pytest.mark.parametrize("status", ["Actual", "Test", "Draft"])
def test_the_status_is_said_unless_it_is_an_actual_alert(readings: tuple[Reading, Reading], status: str) -> None:
    issue = msgspec.structs.replace(readings[1].issue, status=status)
    reading = read(msgspec.structs.replace(readings[1].edition, issue=issue))
    first = page_texts(warning_pdf(reading, words("en")))[0]
    assert ("not an alert" in first or "may be wrong" in first) == (status != "Actual")


def test_a_withdrawn_warning_says_so_with_the_reason(readings: tuple[Reading, Reading]) -> None:
    issue = msgspec.structs.replace(readings[1].issue, message_type="Cancel", reason="The source took it back.")
    reading = read(msgspec.structs.replace(readings[1].edition, issue=issue))
    first = page_texts(warning_pdf(reading, words("en")))[0]
    assert "Withdrawn. The source took it back." in first
    assert "Stale" not in first


def test_a_bare_edition_still_makes_a_document(readings: tuple[Reading, Reading]) -> None:
    empty = {
        field.name: () for field in msgspec.structs.fields(Content) if getattr(field.type, "__origin__", None) is tuple
    }
    bare = edited(readings[0], **empty, map=None, review_date=None, since="", bottom_line="", headline=" ")
    text = "".join(page_texts(warning_pdf(bare, words("en"))))
    assert "This edition has no map." in text
    assert "no date set" in text


def test_a_map_that_is_not_drawn_is_said_in_words(readings: tuple[Reading, Reading]) -> None:
    text = squeezed("".join(page_texts(warning_pdf(readings[1], words("en")))))
    assert squeezed(edition_url(readings[1].issue, "map.svg")) in text
    assert squeezed(readings[1].content.map.not_shown[0]) in text  # type: ignore[union-attr]


def arabic_words() -> Words:
    """A stand-in catalogue in Arabic: every string is Arabic, with what is filled in."""
    english = words("en")
    strings = {}
    for key in english.keys():  # noqa: SIM118  # no dict
        filled = " ".join(re.findall(r"{\w+}", english._strings[key]))
        strings[key] = f"{ARABIC} {filled}".strip()
    return Words("ar", strings)


def test_it_reads_from_right_to_left(readings: tuple[Reading, Reading]) -> None:
    claims = tuple(msgspec.structs.replace(one, text=ARABIC) for one in readings[1].content.claims)
    reading = edited(readings[1], language="ar", headline=ARABIC, claims=claims)
    pdf = warning_pdf(reading, arabic_words())
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "ar"
        assert str(opened.Root.ViewerPreferences.Direction) == "/R2L"
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        assert reading.sha256 in from_left(page, below=60)  # the hash keeps its direction in the foot
    assert from_left(document[0], above=788).endswith("Testdesk")  # the desk's name stands at the right


def from_left(page: pypdfium2.PdfPage, *, below: float = 900, above: float = 0) -> str:
    """The characters in a band of a page (points from its foot), line by line, as they stand from left to right.

    Extractors turn lines of a page in Arabic around; where the characters stand does not depend on them.
    """
    textpage = page.get_textpage()
    placed = []
    for index in range(textpage.count_chars()):
        left, bottom, _, top = textpage.get_charbox(index, loose=True)
        character = textpage.get_text_range(index, 1)
        if above < bottom and top < below and character.strip():
            placed.append((-round(bottom), left, character))
    return "".join(character for _, _, character in sorted(placed))
