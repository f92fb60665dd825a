"""The warning page says what a reader must know, in the order in which it matters."""

from __future__ import annotations

import datetime
import gzip

import msgspec
import pytest

from tests.publish.html_checks import tree, visible_text
from tests.publish.pages import make_pages, read, with_content
from tocsin.core.model.edition import Edition
from tocsin.publish.html import static_files
from tocsin.publish.reading import Reading

Pages = dict[str, str]
LATEST = "warnings/gw-2023-10-arm-aze/index.html"
FIRST = "warnings/gw-2023-10-arm-aze/1/index.html"
SECOND = "warnings/gw-2023-10-arm-aze/2/index.html"


def test_it_leads_with_the_level_the_place_and_the_bottom_line(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    page, content = tree(pages[LATEST]), readings[1].content
    top = page.xpath("//header[@class='top']")[0]
    said = top.text_content()
    places = [said.index(each) for each in ("Warning", content.situation.title, content.headline, content.bottom_line)]
    assert places == sorted(places)
    terms = ["At risk", "Alleged perpetrators", "Where", "Since", "How sure", "The text", "Read and coded", "Frozen",
             "Review by"]  # fmt: skip
    assert [term.text for term in top.iter("dt")] == terms
    sections = ["The 10 stages", "Map, figures and places", "41 claims", "7 recommendations", "Later events",
                "When and where", "What was counted", "What models say", "What changed in edition 2",
                "What a careful reader should know", "Editions", "How to check this"]  # fmt: skip
    assert [heading.text for heading in page.iter("h2")] == sections


def test_a_stale_warning_says_since_when(pages: Pages) -> None:
    stale = tree(pages[LATEST]).xpath("//strong[@class='stale' and not(@hidden)]")
    assert [each.text for each in stale] == ["STALE since 1 November 2024"]


def test_a_warning_within_its_review_date_keeps_the_sentence_hidden_for_the_script(
    armenia: tuple[Edition, Edition],
) -> None:
    fresh = [read(edition, datetime.date(2023, 12, 1)) for edition in armenia]
    note = tree(make_pages(fresh)[LATEST]).xpath("//strong[@class='stale']")[0]
    assert note.get("hidden") is not None
    assert note.get("data-review") == "2024-10-31"


def test_all_ten_stages_stand_in_the_strip_and_the_four_declared_open_to_their_claims(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    page = tree(pages[LATEST])
    shapes = {
        each.get("id"): each.xpath("string(summary/i)") for each in page.xpath("//details[starts-with(@id,'stage-')]")
    }
    assert shapes == {f"stage-{n}": {4: "◧", 7: "■", 8: "■", 10: "◧"}.get(n, "▫") for n in range(1, 11)}
    for stage in readings[1].stages:
        if stage.finding:
            opened = page.xpath(f"//details[@id='stage-{stage.number}']")[0].text_content()
            assert stage.finding.rationale in opened
            for id in stage.finding.claims:
                assert readings[1].claims[id].text in opened
            for id in stage.finding.mitigating:
                assert readings[1].events[id].text in opened


def test_every_claim_stands_with_who_states_it_its_grade_and_the_other_side(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    page = tree(pages[LATEST])
    for claim in readings[1].content.claims:
        said = page.xpath(f"//article[@id='{claim.id}']")[0].text_content()
        assert f"{claim.asserted_by} states:" in said
        assert claim.text in said
        assert f"{claim.id} {claim.grade}" in said
        assert claim.check_next in said
        for position in claim.positions:
            assert position.by in said
            assert position.text in said
            assert ("General knowledge" in said) >= (position.basis == "general")
        if not claim.positions and not claim.context:
            assert "No other position is on record." in said


def test_every_name_of_a_contested_place_is_shown_with_who_uses_it(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    said = visible_text(pages[LATEST])
    for place in readings[1].content.places:
        if place.contested:
            for name in place.names:
                assert (f"{name.text} (used by {name.used_by})" if name.used_by else name.text) in said
            assert place.status_note in said


def test_a_figure_is_shown_with_all_its_rivals(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    said = visible_text(pages[LATEST])
    for figure in readings[1].content.figures:
        for estimate in figure.estimates:
            assert estimate.quantity.text in said
            assert estimate.by in said


def test_every_recommendation_stands_with_its_status_its_date_and_its_search(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    page = tree(pages[LATEST])
    for ask in readings[1].content.recommendations:
        said = page.xpath(f"//article[@id='{ask.id}']")[0].text_content()
        assert ask.action in said
        for response in ask.responses:
            assert response.text in said
            if response.search:
                assert response.search.where in said


def test_an_older_edition_says_that_it_is_superseded_and_where_the_newest_is(pages: Pages) -> None:
    assert "Edition 1 is superseded." in visible_text(pages[FIRST])
    assert tree(pages[FIRST]).xpath("//p[@class='notice']/a/@href") == ["../../../" + LATEST]
    for path in (LATEST, SECOND):
        assert "is superseded" not in visible_text(pages[path])


def test_a_withdrawn_warning_says_so_first_and_why(armenia: tuple[Edition, Edition]) -> None:
    first, second = armenia
    issue = msgspec.structs.replace(second.issue, message_type="Cancel", reason="It rested on a forged text.")
    withdrawn = msgspec.structs.replace(second, issue=issue)
    page = tree(make_pages([read(first), read(withdrawn)])[LATEST])
    assert page.xpath("string(//main//p[@class='notice'])") == "Withdrawn. It rested on a forged text."
    assert page.xpath("//strong[@class='stale' and not(@hidden)]") == []


def test_words_carried_back_from_a_later_version_say_so(pages: Pages) -> None:
    assert "wording carried back" in visible_text(pages[FIRST])
    assert "wording carried back" not in visible_text(pages[SECOND])


def test_it_tells_how_to_check_it(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    said = visible_text(pages[LATEST])
    assert readings[1].sha256 in said
    for name in ("edition.json", "warning.pdf", "alert.cap.xml", "claims.csv", "map.geojson", "report.jsonld"):
        assert tree(pages[LATEST]).xpath(f"//section[@id='check']//a/@href[.='2/{name}']"), name


def test_an_edition_without_map_changes_or_responses_is_a_page_all_the_same(armenia: tuple[Edition, Edition]) -> None:
    bare = with_content(armenia[0], map=None, figures=(), events=(), flags=(), media=(), review_date=None)
    said = visible_text(make_pages([read(bare)])[LATEST])
    assert "This edition has no map." in said
    assert "No review date is set." in said
    assert "This is the first edition." in said


@pytest.mark.parametrize("path", [LATEST, FIRST, SECOND])
def test_it_stays_light_for_a_cheap_phone(pages: Pages, path: str) -> None:
    carried = pages[path].encode() + static_files()["assets/site.css"]
    assert len(gzip.compress(carried)) <= 32_000  # as a server sends it
    assert len(carried) <= 100_000  # as a file, with its map
