"""A text that an edition carries is shown as text: it cannot become code, break the build, hide or turn round."""

from __future__ import annotations

import datetime

import msgspec
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.publish.test_pdf import edited, page_texts, read, squeezed
from tocsin.core.model.places import Name, Place
from tocsin.publish.pdf.coverage import FONTS, code_points, families
from tocsin.publish.pdf.pictures import PictureError, setting_svg
from tocsin.publish.pdf.printable import printable
from tocsin.publish.pdf.warning import PdfError, warning_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.words import words

MARKUP = [
    '#panic("gotcha")',
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0": *',
    "*bold* _emph_ `raw` $x^2$ = heading",
    "@reference <label> \\u{41} // comment /* open",
    "] #[ } { ) ( \\ \" '",
    "{page} {pages} {0} %s ${HOME}",
    "</svg><script>alert(1)</script>&amp;",
    "- list\n+ enum\n/ term: x\n= heading\n#pagebreak()",
]


def set_everywhere(reading: Reading, text: str) -> Reading:
    """The edition with one text as headline, claim, other side, place name, rationale, action, response and title."""
    replace = msgspec.structs.replace
    content = reading.content
    claim = replace(content.claims[0], text=text, speaker=text, check_next=text)
    claim = replace(claim, positions=(replace(claim.positions[0], by=text, text=text),), asserted_by=text)
    ask = content.recommendations[0]
    ask = replace(ask, action=text, responses=(replace(ask.responses[0], text=text, by=text),))
    source = replace(content.sources[1], publisher=text, title=text, note=text)
    place = Place(id="somewhere", kind="area", names=(Name(text=text or "x", used_by=text),), status_note=text)
    return edited(
        reading,
        headline=text,
        bottom_line=text,
        nature=text,
        claims=(claim, *content.claims[1:]),
        recommendations=(ask, *content.recommendations[1:]),
        sources=(content.sources[0], source, *content.sources[2:]),
        places=(*content.places, place),
        findings=(replace(content.findings[0], rationale=text), *content.findings[1:]),
    )


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_shown_and_not_obeyed(readings: tuple[Reading, Reading], text: str) -> None:
    pdf = warning_pdf(set_everywhere(readings[1], text), words("en"))
    assert squeezed("".join(page_texts(pdf))).count(squeezed(text)) >= 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bell \x07 and nul \x00", "bell [U+0007] and nul [U+0000]"),
        ("alarm 🔔🔔", "alarm [U+1F514 U+1F514]"),
        ("中国", "[U+4E2D U+56FD]"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("private \ue000", "private [U+E000]"),
        ("surrogate \ud800", "surrogate [U+D800]"),
        ("tag \U000e0041", "tag [U+E0041]"),
        ("Ս\u0301", "Ս[U+0301]"),
        ("zalgo" + "\u0301" * 40, "zalgó" + "\u0301" * 3 + "[" + " ".join(["U+0301"] * 36) + "]"),
    ],
)
def test_what_no_font_can_show_is_shown_by_its_number(readings: tuple[Reading, Reading], text: str, shown: str) -> None:
    assert squeezed(printable(text)) == squeezed(shown)
    if "\ud800" not in text:  # canonical JSON cannot hold half a character, so no edition can
        pages = page_texts(warning_pdf(set_everywhere(readings[1], text), words("en")))
        assert squeezed(shown.partition("[")[0].rstrip()) in squeezed("".join(pages))


@pytest.mark.parametrize(
    "text", ["ok", "Սյունիք Нагорный Карабах Zəngəzur", "قره باغ", "a — b … “c” · 140 km² ₼ ≈ ▲", "می\u200cشود"]
)
def test_what_the_fonts_can_show_is_left_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_invisible_signs_that_only_steer_direction_or_style_are_left_out() -> None:
    assert printable("a\u2066b\u2069c\u202ad\u202ce\ufe0ff\ufeff") == "abcdef"


def test_a_word_without_end_stays_on_the_page(readings: tuple[Reading, Reading]) -> None:
    document = pypdfium2.PdfDocument(warning_pdf(set_everywhere(readings[1], "W" * 3000), words("en")))
    for page in document:
        textpage = page.get_textpage()
        right = max(textpage.get_charbox(index)[2] for index in range(0, textpage.count_chars(), 7))
        assert right <= page.get_width() - 40


@pytest.mark.parametrize("text", ["word " * 20_000, "x" * 100_000, "\u0531\u0561" * 50_000])
def test_a_text_of_a_hundred_thousand_letters_makes_a_long_document(
    readings: tuple[Reading, Reading], text: str
) -> None:
    claim = msgspec.structs.replace(readings[1].content.claims[0], text=text)
    pages = page_texts(warning_pdf(edited(readings[1], claims=(claim,)), words("en")))
    assert sum(page.count(text[0]) for page in pages) >= text.count(text[0])
    assert readings[1].issue.identifier in "".join(pages)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=12))
def test_no_text_at_all_breaks_the_build(readings: tuple[Reading, Reading], texts: list[str]) -> None:
    claims = tuple(
        msgspec.structs.replace(claim, text=text, speaker=text)
        for claim, text in zip(readings[1].content.claims, texts, strict=False)
    )
    content = msgspec.structs.replace(readings[1].content, claims=claims, headline=texts[0], sources=(), map=None)
    edition = msgspec.structs.replace(readings[1].edition, content=content)
    reading = Reading(edition, "0" * 64, datetime.date(2026, 11, 23))
    assert warning_pdf(reading, words("en")).startswith(b"%PDF-1.7")


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_printable_text_is_stable_and_holds_nothing_that_the_fonts_lack(text: str) -> None:
    shown = printable(text)
    known = set().union(*families().values()) | {0x0A, 0xAD, *range(0x200B, 0x2010)}
    assert {ord(character) for character in shown} <= known
    assert printable(shown) == shown


def test_records_of_one_id_do_not_break_their_references(readings: tuple[Reading, Reading]) -> None:
    content = readings[1].content
    twice = edited(readings[1], claims=content.claims * 2, sources=content.sources * 2)
    assert len(page_texts(warning_pdf(twice, words("en")))) > 20


def test_only_web_addresses_become_links(readings: tuple[Reading, Reading]) -> None:
    desk = msgspec.structs.replace(readings[1].issue.desk, url="javascript:alert(1)//" + "é" * 3000)
    issue = msgspec.structs.replace(readings[1].issue, desk=desk)
    pdf = warning_pdf(read(msgspec.structs.replace(readings[1].edition, issue=issue)), words("en"))
    assert b"/URI(javascript" not in pdf.replace(b" ", b"")


@pytest.mark.parametrize(
    "svg", ["", "no svg", "<html/>", "<svg", '<svg xmlns="http://www.w3.org/2000/svg"><text>', "\ud800"]
)
def test_a_map_that_is_no_svg_is_refused_with_a_reason(readings: tuple[Reading, Reading], svg: str) -> None:
    with pytest.raises(PictureError, match="map"):
        warning_pdf(readings[1], words("en"), map_svg=svg)


def test_a_map_can_neither_read_files_nor_swell() -> None:
    bomb = (
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&f;&b;</text></svg>'
    )
    assert "root:" not in setting_svg(bomb)


def test_a_map_in_several_scripts_is_drawn(readings: tuple[Reading, Reading]) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" viewBox="0 0 300 60">'
        '<text x="2" y="20">Syunik Սյունիք, Zəngəzur <tspan>قره باغ</tspan> Сюник 🔔</text></svg>'
    )
    ready = setting_svg(svg)
    text = squeezed("".join(page_texts(warning_pdf(readings[1], words("en"), map_svg=svg))))
    assert "style=\"font-family:'Noto Sans Armenian'\">Սյունիք</tspan>, Zəngəzur" in ready
    for shown in ("SyunikՍյու", "Zəngəzur", "Сюник[U+1F514]"):
        assert shown in text


def test_a_document_that_typst_refuses_is_an_error_with_its_reason(readings: tuple[Reading, Reading]) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'
    with pytest.raises(PdfError, match="no PDF could be made"):
        warning_pdf(readings[1], words("en"), map_svg=svg)


def test_the_coverage_of_the_fonts_is_read_right() -> None:
    sans = code_points((FONTS / "NotoSans-Regular.ttf").read_bytes())
    assert {0x41, 0x18F, 0x259, 0x416, 0x2011} <= sans
    assert 0x531 not in sans
    assert {0x531, 0x587} <= code_points((FONTS / "NotoSansArmenian-Regular.ttf").read_bytes())
    assert {0x627, 0x642} <= code_points((FONTS / "NotoNaskhArabic-Bold.ttf").read_bytes())
