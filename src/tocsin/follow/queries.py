"""Read the ledger: who was asked what, what became of it; and the track record of our expectations."""

from __future__ import annotations

import datetime

import msgspec

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.rules.brier import Score, score
from tocsin.core.rules.ledger import in_order
from tocsin.records.models import Record
from tocsin.records.queries import newest


class Asked(msgspec.Struct, frozen=True):
    """A recommendation as the ledger shows it, with its dated series, oldest first."""

    situation: str
    recommendation: Recommendation
    status: str
    responses: tuple[Response, ...]


class Expected(msgspec.Struct, frozen=True):
    """An expectation as the track record shows it. Scored only when a second person confirmed the outcome."""

    situation: str
    expectation: Expectation
    state: str
    made_at: datetime.datetime
    made_by: str
    settlement: Settlement | None
    brier: float | None
    overdue: bool


class TrackRecord(msgspec.Struct, frozen=True):
    """Every expectation, withdrawn ones included, and the score of those that came out."""

    expectations: tuple[Expected, ...]
    score: Score | None
    n_open: int
    n_withdrawn: int
    n_unsettleable: int


def ledger(situation: Record | None = None) -> list[Asked]:
    """Every recommendation, of one situation if given, in the order of its issuer's list."""
    found = Record.objects.filter(kind="recommendation").select_related("situation")
    if situation is not None:
        found = found.filter(situation=situation)
    asked = []
    for record in found:
        series = [newest(child).read(Response) for child in record.children.filter(kind="response").order_by("pk")]
        said = newest(record).read(Recommendation)
        asked.append(Asked(record.situation.key, said, record.state, tuple(in_order(series))))
    return sorted(asked, key=lambda each: (each.situation, each.recommendation.order, each.recommendation.id))


def ledger_by_addressee(situation: Record | None = None) -> dict[str, list[Asked]]:
    """The ledger by the name of each addressee: what a brief to that addressee holds."""
    found: dict[str, list[Asked]] = {}
    for asked in ledger(situation):
        for addressee in asked.recommendation.addressees:
            found.setdefault(addressee.name, []).append(asked)
    return dict(sorted(found.items()))


def track_record(*, on: datetime.date, situation: Record | None = None) -> TrackRecord:
    """How our expectations came out, as of a day."""
    found = Record.objects.filter(kind="expectation").select_related("situation", "act__by").order_by("pk")
    if situation is not None:
        found = found.filter(situation=situation)
    expectations = tuple(_expected(record, on) for record in found)
    confirmed = [each for each in expectations if each.state == "confirmed" and each.settlement]
    scored = [
        (each.expectation.p, each.settlement.outcome == "came_true")
        for each in confirmed
        if each.settlement and each.settlement.outcome != "cannot_be_settled"
    ]
    return TrackRecord(
        expectations=expectations,
        score=score(scored),
        n_open=sum(each.state in ("open", "settled") for each in expectations),
        n_withdrawn=sum(each.state == "withdrawn" for each in expectations),
        n_unsettleable=len(confirmed) - len(scored),
    )


def _expected(record: Record, on: datetime.date) -> Expected:
    from tocsin.core.rules.brier import brier

    said = newest(record).read(Expectation)
    last = record.children.filter(kind="settlement").order_by("pk").last()
    settlement = newest(last).read(Settlement) if last and record.state in ("settled", "confirmed") else None
    scored = settlement is not None and record.state == "confirmed" and settlement.outcome != "cannot_be_settled"
    return Expected(
        situation=record.situation.key,
        expectation=said,
        state=record.state,
        made_at=record.act.at,
        made_by=record.act.by.name if record.act.by else "",
        settlement=settlement,
        brier=brier(said.p, settlement.outcome == "came_true") if settlement and scored else None,
        overdue=record.state == "open" and said.window_to < on.isoformat(),
    )
