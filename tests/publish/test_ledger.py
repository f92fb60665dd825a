"""The ledger: what issued editions ask for, with what was seen of it, and nothing else."""

from __future__ import annotations

import csv
import io
import json

import pytest
from msgspec.structs import replace

from tests.publish.expected import DESK
from tests.publish.hostile import AFTER, hostile
from tests.publish.html_checks import problems, tree, visible_text
from tests.publish.pages import make_site
from tocsin.core.model.asks import Response
from tocsin.core.model.edition import Edition
from tocsin.core.model.sources import Citation, Link, Source
from tocsin.publish.following.documents import PublishedSeries, Responses
from tocsin.publish.following.ledger import Ledger, ledger_bytes, ledger_of
from tocsin.publish.following.tables import ledger_csv
from tocsin.publish.html import addressee_page, addressees, instruments_page, ledger_page
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary, summary
from tocsin.publish.tables import text_of_cell
from tocsin.publish.words import words

LATER, EARLIER = "2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
SOURCE = Source(id="S90", publisher="A gazette", date="2026-12", links=(Link(url="https://gazette.example/7"),))


def seen(status: str = "announced", text: str = "It announced an envoy.", **fields: object) -> Response:
    return replace(Response(status=status, as_of="2026-12-01", text=text, sources=(Citation(source="S90"),)), **fields)


def published(recommendation: str, *responses: Response, as_of: str = LATER) -> Responses:
    one = PublishedSeries(
        situation="armenia-azerbaijan", recommendation=recommendation, responses=responses, sources=(SOURCE,)
    )
    return Responses(desk=DESK, status="Exercise", as_of=as_of, series=(one,))


def ledger(latest: list[Summary], responses: Responses | None = None) -> Ledger:
    return ledger_of(latest, desk=DESK, status="Exercise", responses=responses)


@pytest.fixture
def latest(readings: tuple[Reading, Reading]) -> list[Summary]:
    return [summary(readings[1])]


def row_of(held: Ledger, id: str):
    return next(row for row in held.rows if row.recommendation.id == id)


def test_without_more_it_says_what_the_edition_says(latest: list[Summary], readings: tuple[Reading, Reading]) -> None:
    held = ledger(latest)
    asks = readings[1].content.recommendations
    assert {row.recommendation.id for row in held.rows} == {ask.id for ask in asks}
    for ask in asks:
        row = row_of(held, ask.id)
        assert {one.response.text for one in row.series} == {response.text for response in ask.responses}
        assert all(one.in_edition for one in row.series)


def test_what_was_seen_since_the_edition_is_shown_and_marked(latest: list[Summary]) -> None:
    before = tuple(one.response for one in row_of(ledger(latest), "REC-1").series)
    row = row_of(ledger(latest, published("REC-1", *before, seen())), "REC-1")
    assert [one.in_edition for one in row.series] == [True] * len(before) + [False]
    assert row.status == "announced"
    assert row.sources == (SOURCE,)


def test_where_the_edition_is_newer_it_is_shown(latest: list[Summary]) -> None:
    assert ledger(latest, published("REC-1", seen(), as_of=EARLIER)).rows == ledger(latest).rows


def test_what_no_edition_asks_for_is_not_there_whatever_a_document_says(latest: list[Summary]) -> None:
    held = ledger(latest, published("REC-99", seen(text="Kanarie")))
    assert held.rows == ledger(latest).rows
    assert b"Kanarie" not in ledger_bytes(held)


@pytest.mark.parametrize("make", [ledger_page, instruments_page])
def test_a_page_groups_every_recommendation_once_and_counts(
    make, latest: list[Summary], armenia: tuple[Edition, Edition]
) -> None:
    held = ledger(latest)
    page = tree(make(held, site=make_site(armenia[1]), words=words("en")))
    shown = page.xpath("//article/h3/a/text()")
    assert sorted(shown) == sorted(row.recommendation.id for row in held.rows)
    counts = [int(text.rsplit("(", 1)[1].rstrip(")")) for text in page.xpath("//section/h2/text()")]
    assert sum(counts) == len(held.rows)
    assert len(page.xpath("//main//ul/li/a")) == len(counts)


def test_none_found_says_what_was_searched(latest: list[Summary], armenia: tuple[Edition, Edition]) -> None:
    held = ledger(latest)
    said = visible_text(ledger_page(held, site=make_site(armenia[1]), words=words("en")))
    searched = [one.response.search for row in held.rows for one in row.series if one.response.status == "none"]
    assert searched
    for search in searched:
        assert search is not None
        assert " ".join(search.where.split()) in said


def test_an_addressee_has_its_dated_series_and_not_the_acts_of_others(
    latest: list[Summary], armenia: tuple[Edition, Edition]
) -> None:
    row = next(row for row in ledger(latest).rows if len(row.recommendation.addressees) > 1)
    first, second = (each.name for each in row.recommendation.addressees[:2])
    both = (seen(text="First did this.", by=first), seen("partial", "Later it did that.", by=first, as_of="2026-12-20"))
    held = ledger(latest, published(row.recommendation.id, *both, seen(text="Second did other.", by=second)))
    views = {view.name: view for view in addressees(held)}
    said = visible_text(addressee_page(views[first], site=make_site(armenia[1]), words=words("en")))
    assert said.index("Later it did that.") < said.index("One earlier observation") < said.index("First did this.")
    assert "Second did other." not in said
    assert "Seen or corrected since the edition." in said


def test_the_table_has_a_row_for_each_observation(latest: list[Summary]) -> None:
    held = ledger(latest, published("REC-1", seen(), seen("partial", "It sent one.", as_of="2026-12-02")))
    header, tags, *rest = csv.reader(io.StringIO(ledger_csv(held).decode("utf-8-sig"), newline=""), strict=True)
    rows = [dict(zip(header, row, strict=True)) for row in rest]
    assert len(rows) == sum(max(1, len(row.series)) for row in held.rows)
    own = [row for row in rows if row["recommendation_id"] == "REC-1"]
    assert [(row["response_status"], row["status"]) for row in own] == [
        ("announced", "partial"),
        ("partial", "partial"),
    ]
    assert {row["cap_status"] for row in rows} == {"Exercise"}
    assert all(tag.startswith("#") for tag in tags)


def test_a_hostile_text_stays_a_text(latest: list[Summary], armenia: tuple[Edition, Edition]) -> None:
    bad = seen(text=hostile("It announced."), by=hostile("The body"))
    held = ledger(latest, published("REC-1", bad))
    source = replace(SOURCE, publisher=hostile("A gazette"), title=hostile("No 7"))
    held = replace(held, rows=tuple(replace(row, sources=(source,)) if row.series and row.series[0].response == bad
                                    else row for row in held.rows))  # fmt: skip
    for make in (ledger_page, instruments_page):
        page = make(held, site=make_site(armenia[1]), words=words("en"))
        assert problems(page) == []
        assert "</script><!--" not in page
    header, _, *rest = csv.reader(io.StringIO(ledger_csv(held).decode("utf-8-sig"), newline=""), strict=True)
    cells = {text_of_cell(row[header.index("response_text")]) for row in rest}
    assert any(text.startswith("=HYPERLINK(1)It announced.") for text in cells)
    assert any(one["response"]["text"].endswith(AFTER) for row in json.loads(ledger_bytes(held))["rows"]
               for one in row["series"])  # fmt: skip


def test_the_same_editions_give_the_same_bytes(latest: list[Summary]) -> None:
    assert ledger_bytes(ledger(latest)) == ledger_bytes(ledger(list(latest)))
    assert ledger_csv(ledger(latest)) == ledger_csv(ledger(list(latest)))
