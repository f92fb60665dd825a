"""What pages that list many warnings need of each edition: a light record, so that none is held in memory whole."""

from __future__ import annotations

from typing import Literal

from tocsin.core.editions.withdrawn import withdrawn_by
from tocsin.core.model.asks import Recommendation
from tocsin.core.model.base import Record
from tocsin.core.model.case import MessageType
from tocsin.core.model.edition import CapStatus
from tocsin.core.model.sources import Source
from tocsin.publish.reading import Reading

AlertLevel = Literal["none", "watch", "warning", "emergency"]


class AskSummary(Record, frozen=True, kw_only=True):
    """A recommendation with its responses, and the sources that these cite."""

    id: str
    recommendation: Recommendation
    sources: tuple[Source, ...] = ()


class SourceSummary(Record, frozen=True, kw_only=True):
    """A source in brief."""

    id: str
    publisher: str
    title: str
    date: str


class Summary(Record, frozen=True, kw_only=True):
    """One edition in brief."""

    warning: str
    edition: int
    message_type: MessageType
    status: CapStatus
    issued_at: str
    reason: str
    sha256: str
    language: str
    situation: str
    title: str
    headline: str
    nature: str
    publisher: str
    text_issued: str
    text_updated: str
    level: AlertLevel
    declared_by: str
    countries: tuple[str, ...]
    places: tuple[str, ...]
    """First name of each place where people are said to be at risk."""
    stages: tuple[tuple[int, str, bool], ...]
    """(number, state, weakly supported) of each stage of the framework."""
    review_date: str | None
    stale: bool
    asks: tuple[AskSummary, ...] = ()
    sources: tuple[SourceSummary, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Claims of earlier editions that this one says were withdrawn at the request of their source."""


def summary(reading: Reading) -> Summary:
    """An edition in brief."""
    content, issue = reading.content, reading.issue
    places = reading.places
    return Summary(
        warning=issue.warning,
        edition=issue.edition,
        message_type=issue.message_type,
        status=issue.status,
        issued_at=issue.issued_at,
        reason=issue.reason,
        sha256=reading.sha256,
        language=content.language,
        situation=content.situation.id,
        title=content.situation.title,
        headline=content.headline,
        nature=content.nature,
        publisher=content.reading_of.publisher,
        text_issued=content.reading_of.issued,
        text_updated=content.reading_of.updated,
        level=content.level.declared,
        declared_by=content.level.declared_by,
        countries=content.situation.countries,
        places=tuple(places[id].names[0].text for id in content.situation.places if id in places),
        stages=tuple((stage.number, stage.state, stage.weak) for stage in reading.stages),
        review_date=content.review_date,
        stale=reading.stale,
        asks=tuple(_asks(reading)),
        withdrawn=tuple(sorted(withdrawn_by([content]))),
        sources=tuple(
            SourceSummary(id=source.id, publisher=source.publisher, title=source.title, date=source.date)
            for source in content.sources
        ),
    )


def _asks(reading: Reading) -> list[AskSummary]:
    return [
        AskSummary(
            id=ask.id,
            recommendation=ask,
            sources=tuple(
                reading.sources[id]
                for id in dict.fromkeys(cited.source for response in ask.responses for cited in response.sources)
                if id in reading.sources
            ),
        )
        for ask in reading.content.recommendations
    ]
