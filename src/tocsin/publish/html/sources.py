"""Where statements were published: the sources of one edition, and all publishers that the site's warnings cite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tocsin.core.model.sources import Citation, Source
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import edition_path
from tocsin.publish.html.frame import Site, page
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary
from tocsin.publish.words import Words

MANY = 12
"""How many warnings a publisher's line names before it says how many more there are."""


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A source with what cites it."""

    s: Source
    kind: str
    cited_by: list[str]


class PublisherView(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher: how many sources of it are cited, and by which warnings (title, path of the sources page)."""

    name: str
    count: int
    warnings: list[tuple[str, str]]
    more: int


def sources_page(reading: Reading, *, site: Site, words: Words) -> str:
    """The sources of one edition, each with what cites it."""
    content, issue = reading.content, reading.issue
    cited_by = _cited_by(reading)
    kinds = {term.id: term.label for term in load_codebook().source_types}
    title = words("site-sources-title", n=len(content.sources))
    return page(
        "sources.html",
        site=site,
        words=words,
        path=edition_path(issue.warning, issue.edition) + "sources.html",
        title=f"{title}: {content.situation.title}",
        language=content.language,
        natures=(content.nature,),
        scripts=("open.js",),
        heading=title,
        r=reading,
        sources=[
            SourceView(s=source, kind=kinds.get(source.kind, source.kind), cited_by=cited_by.get(source.id, []))
            for source in content.sources
        ],
        terms=[term for term in reading.edition.terms if term.kind == "indicator"],
        factors=reading.factors,
        origins=len({(source.origin or source.publisher).casefold().strip() for source in content.sources}),
    )


def site_sources_page(summaries: Sequence[Summary], *, site: Site, words: Words) -> str:
    """All publishers that the given editions cite, by name. Give the latest edition of each warning."""
    counts: dict[str, set[tuple[str, str, str]]] = {}
    warnings: dict[str, dict[str, str]] = {}
    for each in summaries:
        path = edition_path(each.warning, each.edition) + "sources.html"
        for source in each.sources:
            counts.setdefault(source.publisher, set()).add((source.title, source.date, source.id))
            warnings.setdefault(source.publisher, {})[path] = each.title
    publishers = [
        PublisherView(
            name=name,
            count=len(counts[name]),
            warnings=[(title, path) for path, title in list(warnings[name].items())[:MANY]],
            more=max(0, len(warnings[name]) - MANY),
        )
        for name in sorted(counts, key=lambda name: (name.casefold(), name))
    ]
    return page(
        "publishers.html",
        site=site,
        words=words,
        path="sources.html",
        title=words("site-publishers-title"),
        publishers=publishers,
    )


def _cited_by(reading: Reading) -> dict[str, list[str]]:
    """Ids of claims, figures, recommendations and events by the source that they cite."""
    content = reading.content
    found: dict[str, list[str]] = {}

    def note(id: str, citations: Iterable[Citation]) -> None:
        for citation in citations:
            ids = found.setdefault(citation.source, [])
            if id not in ids:
                ids.append(id)

    for claim in content.claims:
        note(claim.id, (*claim.sources, *claim.corroborated_by, *claim.context_sources))
        for position in claim.positions:
            note(claim.id, position.sources)
    for figure in content.figures:
        for estimate in figure.estimates:
            note(figure.id, estimate.sources)
    for ask in content.recommendations:
        for response in ask.responses:
            note(ask.id, response.sources)
    for event in content.events:
        note(event.id, event.sources)
    for series in content.series or ():
        note(series.id, series.sources)
    for incidents in content.incidents or ():
        note(incidents.id, incidents.sources)
    return found
