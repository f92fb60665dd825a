"""A brief for an addressee: what its page says, on paper; made again only when what it says changes."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace

from tests.publish.expected import DESK
from tests.publish.hostile import hostile
from tests.publish.test_ledger import SOURCE, published, seen
from tests.publish.test_pdf import squeezed
from tocsin.publish.following.briefs import LIMIT, brief_of, made_from
from tocsin.publish.following.ledger import Ledger, ledger_of
from tocsin.publish.html import addressees
from tocsin.publish.pdf.brief import Brief, brief_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary, summary
from tocsin.publish.words import words


@pytest.fixture
def latest(readings: tuple[Reading, Reading]) -> list[Summary]:
    return [summary(readings[1])]


def ledger(latest: list[Summary], responses=None, status="Exercise") -> Ledger:
    return ledger_of(latest, desk=DESK, status=status, responses=responses)


def brief(held: Ledger, name: str) -> Brief:
    view = next(view for view in addressees(held) if view.name == name)
    return brief_of(view, held, words("en"))


def text(made: Brief) -> str:
    pages = pypdfium2.PdfDocument(brief_pdf(made, words("en")))
    return squeezed("".join(page.get_textpage().get_text_bounded() for page in pages))


def test_it_holds_each_ask_with_its_series_and_sources(latest: list[Summary]) -> None:
    held = ledger(latest)
    for view in addressees(held):
        said = text(brief_of(view, held, words("en")))
        for asked in view.asked:
            assert squeezed(asked.row.recommendation.action) in said
            for one in asked.series:
                assert squeezed(one.response.text) in said
                for citation in one.response.sources:
                    assert citation.source in said


def test_an_exercise_says_so_and_a_real_one_does_not(latest: list[Summary]) -> None:
    name = "UNESCO"
    assert "EXERCISE" in text(brief(ledger(latest), name))
    assert "EXERCISE" not in text(brief(ledger(latest, status="Actual"), name))


def test_it_changes_only_when_what_it_says_changes(latest: list[Summary]) -> None:
    held = ledger(latest)
    row = next(row for row in held.rows if row.recommendation.id == "REC-1")
    name = row.recommendation.addressees[0].name
    same = tuple(one.response for one in row.series)
    again = published("REC-1", *same)
    again = replace(again, series=(replace(again.series[0], sources=row.sources),))
    assert made_from(brief(ledger(latest, again), name)) == made_from(brief(held, name))
    more = published("REC-1", *same, seen())
    more = replace(more, series=(replace(more.series[0], sources=(*row.sources, SOURCE)),))
    changed = brief(ledger(latest, more), name)
    assert made_from(changed) != made_from(brief(held, name))
    assert changed.on.isoformat() == "2027-01-01"
    assert brief_pdf(changed, words("en")) == brief_pdf(changed, words("en"))


def test_it_is_not_longer_than_can_be_brought(latest: list[Summary]) -> None:
    many = [
        replace(latest[0], warning=f"W{n}", issued_at=f"2026-11-23T12:{n // 60:02}:{n % 60:02}Z") for n in range(70)
    ]
    held = brief(ledger(many), "UNESCO")
    assert len(held.asks) == LIMIT
    assert held.on.isoformat() == "2026-11-23"


def test_it_is_tagged_and_a_hostile_text_stays_a_text(latest: list[Summary]) -> None:
    held = ledger(latest, published("REC-1", seen(text=hostile('#panic("x")'), by="")))
    row = next(row for row in held.rows if row.recommendation.id == "REC-1")
    data = brief_pdf(brief(held, row.recommendation.addressees[0].name), words("en"))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    said = squeezed("".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(data)))
    assert squeezed('#panic("x")') in said
