"""`brief_pdf`: what was asked of one addressee and what is seen of it, as a PDF to bring to a meeting."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.base import Record
from tocsin.core.model.edition import CapStatus
from tocsin.core.model.sources import Source
from tocsin.publish.pdf.printable import printable_all
from tocsin.publish.pdf.warning import compiled
from tocsin.publish.words import Words


class BriefAsk(Record, frozen=True, kw_only=True):
    """A recommendation in a brief: what it belongs to, where it stands, what was seen of it, oldest first."""

    recommendation: Recommendation
    about: str
    status: str
    series: tuple[Response, ...] = ()


class Brief(Record, frozen=True, kw_only=True):
    """All that a brief says."""

    addressee: str
    desk: str
    status: CapStatus
    on: datetime.date
    asks: tuple[BriefAsk, ...]
    sources: tuple[Source, ...] = ()


def brief_pdf(brief: Brief, words: Words) -> bytes:
    """A brief as PDF bytes (A4). Raises PdfError when it cannot be set."""
    day = brief.on.isoformat()
    document = {
        "lang": words.lang.split("-")[0].lower(),
        "dir": words.direction,
        "day": {"year": brief.on.year, "month": brief.on.month, "day": brief.on.day},
        "title": words("brief-title", who=brief.addressee),
        "author": brief.desk,
        "status": "" if brief.status == "Actual" else words(f"cap-status-{brief.status}").upper(),
        "note": words("brief-note", date=words.date(day), desk=brief.desk),
        "nothing": words("site-no-response"),
        "foot": words("brief-foot", who=brief.addressee, date=words.date(day), desk=brief.desk),
        "page": words("pdf-page", page="{page}", pages="{pages}"),
        "sources-title": words("brief-sources"),
        "asks": [_ask(each, words) for each in brief.asks],
        "sources": [_source(each, words) for each in brief.sources],
    }
    return compiled("brief.typ", msgspec.json.encode(printable_all(document)).decode(), brief.addressee)


def cited(asks: Sequence[BriefAsk]) -> set[str]:
    """Ids of the sources that the responses of a brief cite."""
    return {citation.source for ask in asks for response in ask.series for citation in response.sources}


def _ask(ask: BriefAsk, words: Words) -> dict[str, object]:
    asked = words("site-asked-by", who=ask.recommendation.made_by)
    unanswered = ask.status in ("", "unanswered")
    status = words("site-status-empty") if unanswered else words("status-" + ask.status)
    return {
        "action": ask.recommendation.action,
        "about": f"{ask.recommendation.id}. {asked} {ask.about}. {status}.",
        "series": [_response(each, words) for each in ask.series],
    }


def _response(each: Response, words: Words) -> dict[str, str]:
    head = f"{words('status-' + each.status)}, {words('site-as-of', date=words.date(each.as_of))}"
    notes = [", ".join(filter(None, (citation.source, citation.passage))) for citation in each.sources]
    if each.search:
        notes.append(f"{words('site-searched', date=words.date(each.search.date))} {each.search.where}")
    return {"head": f"{head} {each.by}:" if each.by else head, "text": each.text, "note": "; ".join(notes)}


def _source(each: Source, words: Words) -> str:
    date = words.date(each.date) if each.date else ""
    return ", ".join(filter(None, (each.id, each.publisher, each.title, date, *(link.url for link in each.links))))
