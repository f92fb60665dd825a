"""What may be published of following, read from the records: the two documents that a site is made of.

Only situations that a warning was issued about, and only recommendations that an issued edition carries. Of those all:
a desk that chose among its expectations could show the good ones.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Response
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.model.sources import Citation, Source
from tocsin.core.rules.harm import texts
from tocsin.publish.following.documents import PublishedExpectation, PublishedSeries, Responses, TrackRecord
from tocsin.records.acting import instant
from tocsin.records.keyring import Keyring
from tocsin.records.models import Record, Version
from tocsin.records.queries import versions_at
from tocsin.review.protection.queries import known
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore


class HarmError(TocsinError):
    """Something that must not go out, or not yet."""


class _Issued(msgspec.Struct):
    """What issued editions carry of one situation."""

    title: str
    recommendations: set[str]


def documents(desk: DeskFolder, *, at: datetime.datetime) -> tuple[TrackRecord, Responses]:
    """The track record and the responses as records stand. Raises HarmError, which repeats no protected name."""
    expectations: list[PublishedExpectation] = []
    series: list[PublishedSeries] = []
    for key, issued in sorted(_issued(desk).items()):
        situation = Record.objects.filter(kind="situation", key=key).first()
        if situation is None:
            continue  # issued from files: nothing about it is on record
        sources = {version.record.key: version.read(Source) for version in versions_at(_of(situation, "source"))}
        own = list(_expectations(situation, issued.title, sources))
        seen = list(_series(situation, issued.recommendations, sources))
        _check_harm(situation, desk, at.date(), own, seen)
        expectations += own
        series += seen
    when = instant(at)
    status = desk.settings.status
    return (
        TrackRecord(desk=desk.record, status=status, as_of=when, expectations=tuple(expectations)),
        Responses(desk=desk.record, status=status, as_of=when, series=tuple(series)),
    )


def _issued(desk: DeskFolder) -> dict[str, _Issued]:
    """Situations by id: the title as last issued, and every recommendation that an edition of theirs carries."""
    store = EditionStore(desk.editions)
    found: dict[str, _Issued] = {}
    for signed in store.iter_entries():
        content = store.read(signed.entry.edition_sha256).content
        issued = found.setdefault(content.situation.id, _Issued("", set()))
        issued.title = content.situation.title
        issued.recommendations |= {ask.id for ask in content.recommendations}
    return found


def _of(situation: Record, kind: str) -> object:
    return Record.objects.filter(situation=situation, kind=kind)


def _expectations(situation: Record, title: str, sources: dict[str, Source]) -> Iterator[PublishedExpectation]:
    settled: dict[int | None, Settlement] = {}
    for version in versions_at(_of(situation, "settlement")).order_by("record_id"):
        settled[version.record.parent_id] = version.read(Settlement)
    for version in versions_at(_of(situation, "expectation")).select_related("record__act").order_by("record_id"):
        yield _expectation(version, title, settled.get(version.record_id), sources)


def _expectation(
    version: Version, title: str, settlement: Settlement | None, sources: dict[str, Source]
) -> PublishedExpectation:
    says, record = version.read(Expectation), version.record
    out = settlement if record.state == "confirmed" else None
    citations = out.sources if out else ()
    return PublishedExpectation(
        situation=record.situation.key,
        situation_title=title,
        id=says.id,
        statement=says.statement,
        p=says.p,
        window_from=says.window_from,
        window_to=says.window_to,
        settled_by=says.settled_by,
        made_by=says.made_by,
        made_date=instant(record.act.at)[:10],
        withdrawn_date=_withdrawn(record),
        state=record.state,
        outcome=out.outcome if out else "",
        outcome_date=out.as_of if out else None,
        outcome_text=out.text if out else "",
        citations=citations,
        sources=_cited(citations, sources),
    )


def _withdrawn(record: Record) -> str | None:
    step = record.steps.select_related("act").filter(verb="withdraw").order_by("number").last()
    return instant(step.act.at)[:10] if step and record.state == "withdrawn" else None


def _series(situation: Record, issued: set[str], sources: dict[str, Source]) -> Iterator[PublishedSeries]:
    seen: dict[str, list[Response]] = {}
    responses = versions_at(_of(situation, "response")).select_related("record__parent").order_by("record_id")
    for version in responses:
        if version.record.parent.key in issued:
            seen.setdefault(version.record.parent.key, []).append(version.read(Response))
    for key, listed in sorted(seen.items()):
        yield PublishedSeries(
            situation=situation.key,
            recommendation=key,
            responses=tuple(listed),
            sources=_cited([citation for each in listed for citation in each.sources], sources),
        )


def _cited(citations: Iterable[Citation], sources: dict[str, Source]) -> tuple[Source, ...]:
    ids = dict.fromkeys(citation.source for citation in citations)
    return tuple(sources[id] for id in ids if id in sources)


def _check_harm(
    situation: Record,
    desk: DeskFolder,
    on: datetime.date,
    expectations: list[PublishedExpectation],
    series: list[PublishedSeries],
) -> None:
    """The rules of an issue that bear on these texts: no protected name, nothing under embargo."""
    protected = known(situation, Keyring(desk.confidential_key_path))
    if protected.unread:
        raise HarmError(
            f"protected names could not be compared with the text: {protected.unread}",
            where=str(situation),
            remedy="Restore the key to what is confidential: nothing is published unchecked",
        )
    for each in (*expectations, *series):
        about = f"expectation {each.id}" if isinstance(each, PublishedExpectation) else (
            f"what was seen of recommendation {each.recommendation}"
        )  # fmt: skip
        if any(protected.names_somebody(text) for _, text in texts(each)):
            raise HarmError(
                f"{about} names somebody whom the desk protects", where=str(situation), remedy="Take the name out"
            )
        carried = {f"source/{source.id}" for source in each.sources}
        carried.add(
            f"expectation/{each.id}"
            if isinstance(each, PublishedExpectation)
            else f"recommendation/{each.recommendation}"
        )
        for embargo in protected.embargoes:
            if embargo.about in carried and on.isoformat() < embargo.until:
                raise HarmError(
                    f"{about}: {embargo.about} is under embargo until {embargo.until}",
                    where=str(situation),
                    remedy="Wait, or record another handling with the reason",
                )
