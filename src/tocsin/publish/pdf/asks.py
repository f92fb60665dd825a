"""What was asked of whom and what was seen to follow; later events; what changed from the edition before."""

from __future__ import annotations

from tocsin.core.model.asks import Recommendation, Response
from tocsin.publish.pdf.wording import Piece, Wording, joined


def recommendations(say: Wording) -> Piece:
    """Each recommendation with its series of dated observations."""
    return {
        "kind": "asks",
        "title": say("asks"),
        "intro": say("asks-intro"),
        "head": [say(f"response-{each}") for each in ("status", "seen", "sources")],
        "asks": [_ask(say, ask) for ask in say.reading.content.recommendations],
    }


def _ask(say: Wording, ask: Recommendation) -> Piece:
    instrument = say.reading.term("instrument", ask.instrument)
    lines = [say.line("instrument", say.said(instrument.label))]
    if ask.purpose:
        lines.append(say.line("purpose", say.said(ask.purpose)))
    if ask.target:
        lines.append(say.line("target", say.said(ask.target)))
    if ask.claims:
        lines.append(say.line("rests-on", say.references(ask.claims)))
    if instrument.definition:
        lines.append(say.line("evidence-needed", say.said(instrument.definition)))
    return {
        "id": ask.id,
        "anchor": say.anchor(ask.id),
        "addressees": joined([say.said(one.name) for one in ask.addressees], ", "),
        "lead": say("asks-for", by=ask.made_by),
        "action": say.said(ask.action),
        "lines": lines,
        "responses": [_response(say, one) for one in ask.responses],
        "unobserved": "" if ask.responses else say("no-observation"),
    }


def _response(say: Wording, response: Response) -> list[Piece]:
    seen: list[Piece] = [[{"strong": say.said(response.by)}, ": "]] if response.by else []
    seen.append(say.said(response.text))
    if response.search:
        log = response.search
        parts = [say("searched", date=say.words.date(log.date)), say.said(log.where)]
        parts += [[say("search-terms"), " ", say.said(log.terms)]] if log.terms else []
        parts += [say.said(log.depth)] if log.depth else []
        seen += ["\n", joined(parts, ". "), "."]
    if response.attribution != "unknown":
        seen += [" ", say(f"attribution-{response.attribution}")]
    return [
        [{"strong": say.words(f"status-{response.status}")}, "\n", say.words.date(response.as_of)],
        seen,
        say.citations(response.sources) or say("no-source"),
    ]


def events(say: Wording) -> Piece:
    """What happened later, each with the direction in which it bears on the warning."""
    rows = []
    for event in say.reading.content.events:
        coded = [event.indicator] if event.indicator else []
        if event.stages:
            coded.append(say("stages-coded", numbers=", ".join(str(n) for n in event.stages)))
        note = [" ", say.said(event.note)] if event.note else []
        rows.append(
            [
                {"strong": event.id, "anchor": say.anchor(event.id)},
                say.words.date(event.date),
                say(f"direction-{event.direction}"),
                [say.said(event.text), *note, *([" [", "; ".join(coded), "]"] if coded else [])],
                say.citations(event.sources) or say("no-source"),
            ]
        )
    head = [say(f"event-{each}") for each in ("id", "date", "direction", "what", "sources")]
    return {"kind": "events", "title": say("events"), "intro": say("events-intro"), "head": head, "rows": rows}


def changes(say: Wording) -> Piece:
    """What changed from the edition before, with its meaning and reason."""
    issue, content = say.reading.issue, say.reading.content
    rows = [
        [
            [{"strong": say.said(change.field)}, "\n", say.references(change.targets)],
            say.said(change.before),
            say.said(change.after),
            say.said(change.meaning),
            say.said(change.reason) if change.reason else say("no-reason"),
        ]
        for change in content.changes
    ]
    before = ", ".join(str(each.edition) for each in issue.supersedes)
    return {
        "kind": "changes",
        "title": say("changes"),
        "intro": say("changes-intro", editions=before) if rows else say("no-changes" if before else "first-edition"),
        "head": [say(f"change-{each}") for each in ("what", "before", "after", "meaning", "reason")],
        "rows": rows,
    }
