"""When and where: every dated entry of an edition in a list, each with its precision, and its incidents in a table."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from tocsin.core.model.incidents import Incident, Incidents
from tocsin.core.model.places import Name
from tocsin.publish.addresses import edition_path
from tocsin.publish.html.citations import Citing, spelled
from tocsin.publish.html.frame import Site, page
from tocsin.publish.reading import Reading
from tocsin.publish.timeline.entries import Entry, entries, precision, undated
from tocsin.publish.timeline.incidents import deaths_of, names_that_differ, notes_of, place_of
from tocsin.publish.timeline.where import has_where
from tocsin.publish.words import Words


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list. who: `Genocide Watch states:`; others: who disputes it or puts it otherwise."""

    ref: str
    date: str
    precision: str
    who: str
    text: str
    others: str
    places: str
    cites: Markup


class IncidentsView(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher's incidents; rows: date, its precision, place, its precision, kind, sides, deaths, number."""

    s: Incidents
    rows: list[tuple[str, ...]]
    notes: list[str]
    cites: Markup


def timeline_page(reading: Reading, *, site: Site, words: Words) -> str:
    """The page beside a warning that says of each entry when and where, and how sure that is."""
    content, issue = reading.content, reading.issue
    citing = Citing(reading, words, "")
    return page(
        "timeline.html",
        site=site,
        words=words,
        path=edition_path(issue.warning, issue.edition) + "timeline.html",
        title=f"{words('timeline-title')}: {content.situation.title}",
        language=content.language,
        natures=(content.nature,),
        heading=words("timeline-title"),
        r=reading,
        entries=[_entry(reading, entry, citing, words) for entry in entries(reading)],
        undated=undated(reading),
        has_where=has_where(reading),
        incidents=[_incidents(reading, one, citing, words) for one in content.incidents or ()],
    )


def _entry(reading: Reading, entry: Entry, citing: Citing, words: Words) -> EntryView:
    who, text, others, cites = _said(reading, entry, citing, words)
    kinds = [(reading.places[id], id) for id in entry.places if id in reading.places]
    places = "; ".join(
        words(
            "timeline-place",
            place=spelled(place.names, reading.content.language),
            kind=words("where-kind-" + place.kind),
        )
        for place, _ in kinds
    )
    return EntryView(
        ref=entry.ref,
        date=words.date(entry.edtf),
        precision=precision(entry, words),
        who=who,
        text=text,
        others=others,
        places=places,
        cites=cites,
    )


def _said(reading: Reading, entry: Entry, citing: Citing, words: Words) -> tuple[str, str, str, Markup]:
    if entry.lane == "claims":
        claim = reading.claims[entry.ref]
        others = words.all_of(list(dict.fromkeys(position.by for position in claim.positions)))
        return words("site-states", who=claim.asserted_by), claim.text, others, citing(claim.sources)
    if entry.lane == "events":
        event = reading.events[entry.ref]
        said = " ".join(filter(None, (event.text, event.note)))
        return words("site-direction-" + event.direction), said, "", citing(event.sources)
    ask = next(each for each in reading.content.recommendations if each.id == entry.ref)
    seen = ask.responses[entry.nth]
    by = f"{words('status-' + seen.status)}. {seen.by}" if seen.by else words("status-" + seen.status)
    return f"{by}:", seen.text, "", citing(seen.sources)


def _incidents(reading: Reading, one: Incidents, citing: Citing, words: Words) -> IncidentsView:
    differing = names_that_differ(reading)
    return IncidentsView(
        s=one,
        rows=[_row(each, differing, reading.content.language, words) for each in one.incidents],
        notes=notes_of(one, words),
        cites=citing(one.sources),
    )


def _row(each: Incident, differing: list[tuple[Name, ...]], lang: str, words: Words) -> tuple[str, ...]:
    return (
        words.date(each.date),
        words("incident-date-" + each.date_precision) if each.date_precision else "",
        place_of(each, differing, lang),
        words("incident-place-" + each.place_precision) if each.place_precision else "",
        each.kind,
        " – ".join(filter(None, (each.side_a, each.side_b))),
        deaths_of(each, words),
        each.id,
    )
