"""The ledger: every recommendation of the latest edition of each warning, with its dated series of responses.

A recommendation stands here because an issued edition carries it. What was seen of it is what stands in that edition,
or what the desk published since; the newer of the two is shown, and says which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.base import Id, Instant, Record, Sha256
from tocsin.core.model.edition import CapStatus, Desk
from tocsin.core.model.sources import Source
from tocsin.core.rules.ledger import in_order, standing
from tocsin.publish.following.documents import PublishedSeries, Responses
from tocsin.publish.summary import AskSummary, Summary

SCHEMA: Final = "tocsin/ledger/1"


class Seen(Record, frozen=True, kw_only=True):
    """An observation; not in the edition when the desk published it, or corrected it, since."""

    response: Response
    in_edition: bool


class LedgerRow(Record, frozen=True, kw_only=True):
    """A recommendation, the edition that carries it, and what was seen of it, oldest first."""

    situation: Id
    title: str
    warning: Id
    edition: int
    edition_sha256: Sha256
    issued_at: Instant
    text_date: Annotated[str, Meta(description="Date of the text that asks (EDTF)")]
    recommendation: Annotated[Recommendation, Meta(description="Without responses: they stand in `series`")]
    status: Annotated[str, Meta(description="The latest act; `none` when every search found nothing; or `unanswered`")]
    series: tuple[Seen, ...] = ()
    sources: Annotated[tuple[Source, ...], Meta(description="What the series cites")] = ()

    def of(self, addressee: str) -> list[Seen]:
        """What was seen of one addressee: all that is not the act of another addressee alone."""
        others = {each.name for each in self.recommendation.addressees} - {addressee}
        return [seen for seen in self.series if seen.response.by not in others]

    def status_of(self, addressee: str) -> str:
        """Where one addressee stands."""
        return standing([seen.response for seen in self.of(addressee)])


class Ledger(Record, frozen=True, kw_only=True):
    """All of it, by warning and by the issuer's own order."""

    schema: Literal["tocsin/ledger/1"] = SCHEMA
    desk: Desk
    status: CapStatus
    responses_as_of: Annotated[Instant | None, Meta(description="When the desk last published responses")] = None
    rows: tuple[LedgerRow, ...]


def ledger_of(
    latest: Sequence[Summary], *, desk: Desk, status: CapStatus, responses: Responses | None = None
) -> Ledger:
    """The ledger of a site: give the latest edition of each warning, and the responses that the desk published."""
    published = {(each.situation, each.recommendation): each for each in (responses.series if responses else ())}
    rows = []
    for each in sorted(latest, key=lambda one: (one.title, one.warning)):
        newer = responses is not None and responses.as_of > each.issued_at
        for ask in sorted(each.asks, key=lambda one: one.recommendation.order):
            since = published.get((each.situation, ask.id)) if newer else None
            rows.append(_row(each, ask, since))
    as_of = responses.as_of if responses else None
    return Ledger(desk=desk, status=status, responses_as_of=as_of, rows=tuple(rows))


def ledger_bytes(ledger: Ledger) -> bytes:
    """The ledger as it is published."""
    return canonical_bytes(ledger) + b"\n"


def _row(summary: Summary, ask: AskSummary, since: PublishedSeries | None) -> LedgerRow:
    asked = ask.recommendation
    sources = since.sources if since else ask.sources
    shown = in_order(since.responses if since else asked.responses)
    return LedgerRow(
        situation=summary.situation,
        title=summary.title,
        warning=summary.warning,
        edition=summary.edition,
        edition_sha256=summary.sha256,
        issued_at=summary.issued_at,
        text_date=summary.text_updated or summary.text_issued,
        recommendation=without_responses(asked),
        status=standing(shown),
        series=tuple(Seen(response=each, in_edition=each in asked.responses) for each in shown),
        sources=sources,
    )


def without_responses(asked: Recommendation) -> Recommendation:
    """What was asked, apart from what came of it."""
    return msgspec.structs.replace(asked, responses=())


def cited(series: Iterable[Seen], sources: Sequence[Source]) -> list[Source]:
    """The sources that observations cite, once each."""
    ids = {citation.source for seen in series for citation in seen.response.sources}
    return [source for source in sources if source.id in ids]
