"""The changes page shows every difference between two editions, and what the declared ones mean."""

from __future__ import annotations

import msgspec

from tests.publish.html_checks import tree, visible_text
from tests.publish.pages import make_pages, read, with_content
from tocsin.core.editions.diff import LISTS, WHOLE, differences
from tocsin.core.model.edition import Content, Edition
from tocsin.publish.html.changes import word_by_word
from tocsin.publish.reading import Reading
from tocsin.publish.words import words

CHANGES = "warnings/gw-2023-10-arm-aze/2/changes.html"


def test_the_six_declared_changes_stand_with_their_meaning_and_reason(
    pages: dict[str, str], readings: tuple[Reading, Reading]
) -> None:
    sections = tree(pages[CHANGES]).xpath("//section[@class='change']")
    changes = readings[1].content.changes
    assert len(sections) == len(changes) == 6
    for section, change in zip(sections, changes, strict=True):
        said = section.text_content()
        assert change.meaning in said
        assert change.reason in said
        assert section.xpath("string(.//del)") == change.before
        assert section.xpath("string(.//ins)") == change.after


def test_the_change_of_tense_can_be_read_word_by_word(pages: dict[str, str]) -> None:
    page = tree(pages[CHANGES])
    cells = [row.xpath("td[2]")[0] for row in page.xpath("//tr[th='C08' and td='Text']")]
    assert [cell.text_content().strip() for cell in cells] == ["That invasion may come within a month.has now begun."]
    assert cells[0].xpath("string(del)") == "may come within a month."
    assert cells[0].xpath("string(ins)") == "has now begun."


def test_every_difference_has_a_row(pages: dict[str, str], readings: tuple[Reading, Reading]) -> None:
    page = tree(pages[CHANGES])
    found = differences(readings[0].content, readings[1].content)
    assert len(page.xpath("//tbody/tr")) == len(found)
    assert "There are no other differences" in visible_text(pages[CHANGES])


def test_two_editions_that_say_the_same_have_no_difference_left(armenia: tuple[Edition, Edition]) -> None:
    second = with_content(armenia[1], changes=())
    later = msgspec.structs.replace(second, issue=msgspec.structs.replace(second.issue, edition=3, reason="A new key."))
    said = visible_text(make_pages([read(second), read(later)])["warnings/gw-2023-10-arm-aze/3/changes.html"])
    assert "Every field that differs stands under a declared change." in said
    assert "0 changes are declared" in said


def test_every_field_that_may_differ_has_a_name(armenia: tuple[Edition, Edition]) -> None:
    said = words("en")
    fields = set(WHOLE)
    for name in LISTS:
        records = [record for edition in armenia for record in getattr(edition.content, name) or ()]
        fields |= {field.name for record in records for field in msgspec.structs.fields(record)}
    assert {field for field in fields if f"site-field-{field}" not in said} == set()
    assert {name for name in (*LISTS, "whole") if f"site-list-{name}" not in said} == set()
    assert set(WHOLE) <= {field.name for field in msgspec.structs.fields(Content)}


def test_neighbouring_changes_are_read_as_one() -> None:
    assert word_by_word("This invasion may come in a month", "This invasion has come to us") == (
        "This invasion <del>may</del><ins>has</ins> come <del>in a month</del><ins>to us</ins>"
    )
    assert word_by_word("They may go to the town", "They will fly to our town") == (
        "They <del>may go to the</del><ins>will fly to our</ins> town"
    )
    assert word_by_word("the same", "the same") == "the same"
    assert word_by_word("", "new & <b>bold</b>") == "<ins>new &amp; &lt;b&gt;bold&lt;/b&gt;</ins>"


def test_two_different_texts_are_shown_one_after_the_other() -> None:
    assert word_by_word("One press report of a closed call", "Positions documented by many sources, not a plan") == (
        "<del>One press report of a closed call</del> <ins>Positions documented by many sources, not a plan</ins>"
    )
