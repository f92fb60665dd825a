"""Read the ledger: who was asked what, what became of it; and the track record of our expectations."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping

import msgspec

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.rules.brier import Score, brier, score
from tocsin.core.rules.ledger import in_order
from tocsin.records.kept import Kept
from tocsin.records.models import Record, Version
from tocsin.records.queries import versions_at


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


class Due(msgspec.Struct, frozen=True):
    """A recommendation at which somebody should look again: when its last observation was made, if ever."""

    situation: str
    recommendation: Recommendation
    last_seen: str


def due_of(asked: Iterable[Asked], *, on: datetime.date, days: int = 90) -> list[Due]:
    """Recommendations without an observation in the last days, those never looked at first.

    One that was implemented is looked at again too: it may be reversed.
    """
    before = (on - datetime.timedelta(days=days)).isoformat()
    due = [
        Due(each.situation, each.recommendation, last)
        for each in asked
        if (last := max(map(_looked_on, each.responses), default="")) < before
    ]
    return sorted(due, key=lambda each: (each.last_seen, each.situation, each.recommendation.order))


def _looked_on(response: Response) -> str:
    return (response.search.date if response.search else "") or response.as_of


def expectations_due(situations: Collection[int], *, on: datetime.date) -> list[tuple[Record, Expectation]]:
    """Expectations whose window has ended and that nobody settled, or that wait for a second person."""
    found = Record.objects.filter(kind="expectation", situation__in=situations, state__in=("open", "settled"))
    versions = versions_at(found).select_related("record__situation").order_by("record_id")
    due = [(version.record, version.read(Expectation)) for version in versions]
    return [(record, says) for record, says in due if record.state == "settled" or says.window_to < on.isoformat()]


def ledger(situation: Record | None = None) -> list[Asked]:
    """Every recommendation, of one situation if given, in the order of its issuer's list."""
    return ledger_of([situation.pk] if situation else None)


def ledger_of(situations: Collection[int] | None) -> list[Asked]:
    """Every recommendation of some situations, by number; None stands for all of them."""
    found = Record.objects.filter(kind__in=("recommendation", "response"))
    if situations is not None:
        found = found.filter(situation__in=situations)
    read = msgspec.json.decode
    rows = versions_at(found).select_related(None).order_by("record_id").values_list(
        "record_id", "record__kind", "record__parent_id", "record__state", "record__situation__key", "content"
    )  # fmt: skip  # no models are made of them: there may be thousands
    series: dict[int | None, list[Response]] = {}
    asks = []
    for number, kind, parent, state, where, content in rows:
        if kind == "response":
            series.setdefault(parent, []).append(read(content, type=Response))
        else:
            asks.append((number, state, where, read(content, type=Recommendation)))
    asked = [Asked(where, ask, state, tuple(in_order(series.get(number, [])))) for number, state, where, ask in asks]
    return sorted(asked, key=_place_of)


def ledger_now(last_acts: Mapping[int, str]) -> list[Asked]:
    """The same for situations with the last act in each: those in which nothing was done are not read anew."""
    kept = _ledgers(last_acts)
    return sorted((each for asked in kept.values() for each in asked), key=_place_of)


def _read_ledgers(situations: Collection[int]) -> dict[int, list[Asked]]:
    keys = dict(Record.objects.filter(pk__in=situations).values_list("key", "pk"))
    found: dict[int, list[Asked]] = {number: [] for number in situations}
    for asked in ledger_of(situations):
        found[keys[asked.situation]].append(asked)
    return found


_ledgers = Kept(_read_ledgers)


def _place_of(asked: Asked) -> tuple[str, int, str]:
    return asked.situation, asked.recommendation.order, asked.recommendation.id


def series_of(recommendation: Record) -> list[Response]:
    """What was seen of a recommendation, oldest first."""
    found = versions_at(recommendation.children.filter(kind="response")).order_by("record_id")
    return in_order([version.read(Response) for version in found])


def track_record(*, on: datetime.date, situation: Record | None = None) -> TrackRecord:
    """How our expectations came out, as of a day."""
    return track_record_of([situation.pk] if situation else None, on=on)


def track_record_of(situations: Collection[int] | None, *, on: datetime.date) -> TrackRecord:
    """How the expectations of some situations came out; None stands for all of them."""
    found = Record.objects.filter(kind="expectation")
    if situations is not None:
        found = found.filter(situation__in=situations)
    settled: dict[int | None, Settlement] = {}
    for version in versions_at(Record.objects.filter(kind="settlement", parent__in=found)).order_by("record_id"):
        settled[version.record.parent_id] = version.read(Settlement)
    versions = versions_at(found).select_related("record__situation", "record__act__by").order_by("record_id")
    expectations = tuple(_expected(version, settled.get(version.record_id), on) for version in versions)
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


def _expected(version: Version, last: Settlement | None, on: datetime.date) -> Expected:
    record, said = version.record, version.read(Expectation)
    settlement = last if record.state in ("settled", "confirmed") else None
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
