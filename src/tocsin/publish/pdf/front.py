"""The first page: whose warning it is, what it is not, level, bottom line, and the facts a minister asks for."""

from __future__ import annotations

from tocsin.publish.pdf.wording import Piece, Wording, joined, link


def front(say: Wording) -> Piece:
    """What stands before the numbered sections."""
    content, issue, words = say.reading.content, say.reading.issue, say.words
    level = content.level
    return {
        "desk": say.said(issue.desk.name),
        "edition": say("edition", n=issue.edition, kind=words(f"message-{issue.message_type}")),
        "status": None if issue.status == "Actual" else {
            "word": words(f"cap-status-{issue.status}"),
            "text": say(f"status-{issue.status}"),
        },
        "nature": say.said(content.nature),
        "level": {
            "key": level.declared,
            "word": words(f"level-{level.declared}"),
            "by": say("level-by", by=level.declared_by),
            "definition": _scale(say),
        },
        "withdrawn": say("withdrawn", reason=issue.reason) if issue.message_type == "Cancel" else "",
        "stale": _stale(say),
        "situation": say.said(content.situation.title),
        "headline": say.said(content.headline.strip() or issue.identifier),
        "bottom_label": say("bottom-line"),
        "bottom_line": say.said(content.bottom_line),
        "facts_label": say("facts"),
        "facts": facts(say),
    }  # fmt: skip


def _scale(say: Wording) -> str:
    term = say.reading.terms.get(("level", say.reading.content.level.declared))
    return say("level-means", definition=term.definition) if term else ""


def _stale(say: Wording) -> Piece:
    if not say.reading.stale or not say.reading.content.review_date:
        return None
    date = say.words.day(say.reading.content.review_date)
    return {"word": say.words("stale"), "text": say("stale", date=date)}


def facts(say: Wording) -> list[Piece]:
    """Labelled lines, in the order in which they are asked for."""
    content, issue, words = say.reading.content, say.reading.issue, say.words
    situation = content.situation
    places = [say.reading.places[id] for id in situation.places if id in say.reading.places]
    made = [
        say("coded-by", by=content.coded_by, date=words.day(content.coded_date)),
        say("frozen-by", by=issue.issued_by, desk=issue.desk.name, at=_instant(say)),
    ]
    lines = [
        say.line("at-risk", joined([say.party(one, "named-by") for one in situation.groups_at_risk], "\n")),
        say.line("alleged", joined([say.party(one, "alleged-by") for one in situation.alleged_perpetrators], "\n")),
        say.line("where", joined([say.all_names(place) for place in places], "\n")),
        say.line("since", words.date(content.since)),
        say.line("how-sure", _how_sure(say)),
        say.line("text-read", _text_read(say)),
        say.line("frozen", joined(made, "; ")),
    ]
    if issue.reason:
        lines.append(say.line("reason", say.said(issue.reason)))
    review = words.day(content.review_date) if content.review_date else say("no-review-date")
    note = [". ", say.said(content.review_note)] if content.review_note else []
    lines.append(say.line("review-by", [{"strong": review}, *note]))
    return lines


def _instant(say: Wording) -> str:
    at = say.reading.issue.issued_at
    return say("instant", day=say.words.day(at), time=at[11:16])


def _how_sure(say: Wording) -> Piece:
    sure = say.reading.content.confidence
    axes = say("confidence", evidence=say(f"evidence-{sure.evidence}"), agreement=say(f"agreement-{sure.agreement}"))
    pieces: list[Piece] = [{"strong": axes}, " ", say.said(sure.statement)]
    if sure.likelihood:
        range_ = next(
            (t.definition for t in say.reading.edition.terms if t.kind == "probability" and t.label == sure.likelihood),
            "",
        )
        pieces += ["\n", say("likelihood", word=sure.likelihood, range=range_), " "]
        pieces += [say("window", dates=say.words.date(sure.window))] if sure.window else []
    if sure.likelihood_note:
        pieces += ["\n", say.said(sure.likelihood_note)]
    return pieces


def _text_read(say: Wording) -> Piece:
    text = say.reading.content.reading_of
    author = [", ", say.said(text.author)] if text.author else []
    pieces: list[Piece] = [say.said(text.publisher), *author, ": ", say.said(text.title), ". "]
    pieces += [link(text.url), " "] if text.url else []
    dates = [say("text-issued", date=say.words.date(text.issued))]
    if text.updated:
        dates.append(say("text-updated", date=say.words.date(text.updated)))
    return [*pieces, joined(dates, ", "), ". ", say.said(text.copy_note)]
