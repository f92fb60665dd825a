"""What a careful reader should know, places, method, sources, and how to check that nothing was altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.core.model.forecasts import ForecastBlock
from tocsin.core.model.sources import Source
from tocsin.publish.addresses import edition_url, warning_url
from tocsin.publish.pdf.series import series_lines
from tocsin.publish.pdf.wording import Piece, Wording, joined, link
from tocsin.publish.probabilities import probability

SEVERITIES = ("high", "medium", "low")


def careful(say: Wording) -> Piece:
    """Flags by severity, then what the rules noticed about no single claim."""
    content = say.reading.content
    rows = []
    for severity in SEVERITIES:
        for flag in content.flags:
            if flag.severity == severity:
                rows.append([{"strong": say(f"severity-{severity}")}, say.said(flag.text), say.references(flag.claims)])
    for notice in say.reading.edition.notices:
        rows.append([say("rule"), [say.said(notice.text), "."], say.reference(notice.about) if notice.about else ""])
    media = [
        [
            say.said(one.caption), ". ",
            say("media-credit", credit=one.credit) if one.credit else say("media-no-credit"), " ",
            say.said(one.note),
        ]
        for one in content.media
    ]  # fmt: skip
    return {
        "kind": "careful",
        "title": say("careful"),
        "intro": say("careful-intro") if rows else say("nothing-noticed"),
        "head": [say(f"careful-{each}") for each in ("weight", "what", "about")],
        "rows": rows,
        "lines": [say.line("media", joined(media, " "))] if media else [],
    }


def places(say: Wording) -> Piece:
    """Every place with all its names, who uses each, and what is said about its status."""
    rows = [
        [say.all_names(place), say(f"place-{place.kind}"), say.said(place.status_note)]
        for place in say.reading.content.places
    ]
    return {
        "kind": "places",
        "title": say("places"),
        "intro": say.said(say.reading.content.place_note),
        "head": [say(f"places-{each}") for each in ("names", "kind", "status")],
        "rows": rows,
    }


def method(say: Wording) -> Piece:
    """How claims were graded and words used; which grades, and which risk factors the claims touch."""
    content, reading = say.reading.content, say.reading
    lines = []
    for key, text in (
        ("grading", content.grading_note), ("legal", content.legal_note)
    ):  # fmt: skip
        if text:
            lines.append(say.line(key, say.said(text)))
    if told := " ".join(filter(None, (*_forecasts(content.forecasts or (), say), content.forecast_note))):
        lines.append(say.line("forecast", say.said(told)))
    lines += series_lines(say)
    for key, kind, used in (
        ("source-grades", "source_grade", {claim.grade.source for claim in content.claims}),
        ("information-grades", "information_grade", {claim.grade.information for claim in content.claims}),
    ):
        terms = [reading.term(kind, id) for id in sorted(used)]
        if terms:
            text = joined(
                [[{"strong": t.id}, " ", say.said(t.label), " – ", say.said(t.definition)] for t in terms], "; "
            )
            lines.append(say.line(key, [text, "."]))
    if reading.factors:
        text = joined([[str(t.number), " ", say.said(t.label)] for t in reading.factors], "; ")
        lines.append(say.line("factors", [text, "."]))
    codes = [term for term in reading.edition.terms if term.kind == "indicator"]
    if codes:
        text = joined([[{"strong": term.id}, " ", say.said(term.label)] for term in codes], "; ")
        lines.append(say.line("codes", [text, "."]))
    lines.append(say.line("codebook", say("codebook-version", version=reading.edition.codebook)))
    return {"kind": "method", "title": say("method"), "lines": lines}


def sources(say: Wording) -> Piece:
    """All sources with their links, dates and likely point of view."""
    return {
        "kind": "sources",
        "title": say("sources", n=len(say.reading.content.sources)),
        "intro": say("sources-intro"),
        "sources": [_source(say, source) for source in say.reading.content.sources],
    }


def _source(say: Wording, source: Source) -> Piece:
    about: list[Piece] = [say.date(source.date, source.date_note)]
    if source.kind:
        about.append(source.kind.replace("_", " "))
    if source.perspective:
        about.append(say.said(source.perspective))
    if source.origin and source.origin != source.publisher:
        about.append(say("origin", text=source.origin))
    if source.lang != say.reading.content.language:
        about.append(say("in-language", lang=source.lang))
    return {
        "id": source.id,
        "anchor": say.anchor(source.id),
        "publisher": say.said(source.publisher),
        "title": say.run(source.title, source.lang) if source.title else "",
        "about": [joined(about, "; "), "."],
        "note": say.said(source.note),
        "links": [link(each.url) for each in source.links] or [say("no-address")],
        "captured": {"label": say("captured"), "sha256": source.capture_sha256} if source.capture_sha256 else None,
    }


def verify(say: Wording, *, key_fingerprint: str) -> Piece:
    """How to prove that this edition is the one that was issued."""
    issue = say.reading.issue
    page = edition_url(issue)
    rows: list[Piece] = [
        say.line("permanent-page", link(page)),
        say.line("latest", link(warning_url(say.reading.edition))),
        say.line("edition-file", link(edition_url(issue, "edition.json"))),
        say.line("identifier", issue.identifier),
        say.line("sender", issue.desk.sender),
        {"label": say("hash"), "sha256": say.reading.sha256},
    ]
    if key_fingerprint:
        rows.append({"label": say("key"), "sha256": key_fingerprint})
    for earlier in issue.supersedes:
        rows.append({"label": say("supersedes", n=earlier.edition), "sha256": earlier.sha256})
    return {
        "kind": "verify",
        "title": say("verify"),
        "intro": say("verify-intro"),
        "qr_alt": say("qr-alt", url=page),
        "qr_caption": say("qr-caption"),
        "rows": rows,
        "steps": [say(f"verify-step-{n}") for n in (1, 2, 3)],
        "pdf_note": say("verify-pdf"),
        "unprintable": say("unprintable"),
    }


def _forecasts(blocks: Sequence[ForecastBlock], say: Wording) -> Iterator[str]:
    """What models said: who, of what, then each country's risk and what happened; how good a model is, last."""
    for about in dict.fromkeys((block.model, block.outcome, block.as_of) for block in blocks):
        own = [block for block in blocks if (block.model, block.outcome, block.as_of) == about]
        risks = "; ".join(
            f"{block.place} {probability(block, say.words)}"
            + (f", rank {block.rank} of {block.n_ranked}" if block.rank and block.n_ranked else "")
            for block in own
        )
        as_of = say.words("site-forecast-as-of", date=say.words.date(own[0].as_of))
        yield f"{about[0]}, {about[1]}, {as_of.removesuffix('.')}: {risks}."
        for baseline in dict.fromkeys(block.baseline for block in own if block.baseline):
            yield f"{say.words('site-forecast-baseline')} {baseline}"
        yield from (block.came_out for block in own if block.came_out)
    yield from dict.fromkeys(block.skill for block in blocks)
