"""The warning page: one edition, from the bottom line down to how to check it.

The latest edition stands at the warning's address; every edition keeps a page of its own, which says so when a later
one exists.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from tocsin.core.model.assessment import Party
from tocsin.core.model.places import Place
from tocsin.publish.addresses import edition_path, edition_url, feed_path, log_path, warning_path
from tocsin.publish.html.asks import asks_view, events_view, figures_view
from tocsin.publish.html.citations import Citing
from tocsin.publish.html.claims import claims_view, grades_view
from tocsin.publish.html.forecasts import forecasts_view
from tocsin.publish.html.frame import Proof, Shared, Site, drawing, json_block, page
from tocsin.publish.html.stages import stages_view
from tocsin.publish.maps.legend import by_user, naming_of, notes_of
from tocsin.publish.maps.words import Words as MapWords
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary
from tocsin.publish.timeline.entries import entries
from tocsin.publish.timeline.where import has_where
from tocsin.publish.words import Words

MAP_WIDTH = 344
"""For what width the page's map is to be drawn, in CSS pixels: the page shows it no smaller, and up to 1.5 times."""


def warning_page(
    reading: Reading,
    *,
    site: Site,
    words: Words,
    proof: Proof,
    history: Sequence[Summary],
    map_svg: str = "",
    jsonld: str = "",
) -> str:
    """The latest edition of a warning, at the warning's address.

    `history` holds all editions of the warning, oldest first, this one included. `map_svg` is its map drawn for
    MAP_WIDTH without its notes, which the page says; `jsonld` its linked data as JSON. Either may be left out.
    """
    path = warning_path(reading.issue.warning) + "index.html"
    return _page(reading, site, words, proof, history, map_svg, jsonld, path, f"{reading.issue.edition}/")


def edition_page(
    reading: Reading,
    *,
    site: Site,
    words: Words,
    proof: Proof,
    history: Sequence[Summary],
    map_svg: str = "",
    jsonld: str = "",
) -> str:
    """The permanent page of one edition; it names the newest in `history` when that is another."""
    path = edition_path(reading.issue.warning, reading.issue.edition) + "index.html"
    return _page(reading, site, words, proof, history, map_svg, jsonld, path, "")


def _page(
    reading: Reading,
    site: Site,
    words: Words,
    proof: Proof,
    history: Sequence[Summary],
    map_svg: str,
    jsonld: str,
    path: str,
    here: str,
) -> str:
    content, issue = reading.content, reading.issue
    newest = history[-1] if history else None
    permanent = not here
    citing = Citing(reading, words, here)
    drawn = drawing(map_svg)
    files = edition_path(issue.warning, issue.edition)
    title = f"{words('level-' + content.level.declared)}: {content.situation.title}"
    return page(
        "warning.html",
        site=site,
        words=words,
        path=path,
        title=title,
        description=content.bottom_line,
        language=content.language,
        natures=(content.nature,),
        drawings=(drawn,),
        lean=True,
        shared=_shared(reading, words, title),
        scripts=("stale.js", "open.js", "map.js") if content.map else ("stale.js", "open.js"),
        r=reading,
        c=content,
        issue=issue,
        here=here,
        files=files,
        permanent=permanent,
        newest=newest if newest and newest.edition != issue.edition else None,
        latest_path=warning_path(issue.warning),
        stale_from=stale_from(content.review_date),
        where=_where(reading),
        at_risk=_parties(content.situation.groups_at_risk),
        alleged=_parties(content.situation.alleged_perpetrators),
        stages=stages_view(reading),
        claims=claims_view(reading, citing, words),
        grades=grades_view(reading),
        figures=figures_view(reading, citing),
        asks=asks_view(reading, citing),
        events=events_view(reading, citing),
        timeline=_timeline(reading),
        forecasts=forecasts_view(reading, citing, words),
        time=issue.issued_at[11:16],
        history=[(each, edition_path(each.warning, each.edition)) for each in reversed(history)],
        proof=proof,
        log_file=log_path(proof.seq),
        map=drawn.markup,
        map_said=_map_said(reading, words) if map_svg else None,
        jsonld=json_block(jsonld) if jsonld else "",
        situation_feed=feed_path("situation", content.situation.id),
        all_feed=feed_path("all"),
        notices=[notice for notice in reading.edition.notices if notice.rule != "stale"],
    )


class MapSaid(msgspec.Struct, frozen=True):
    """What the page says under its map: names that differ and stand nowhere else, projection, date and sources."""

    naming: list[str]
    notes: list[str]


def _map_said(reading: Reading, words: Words) -> MapSaid | None:
    shown = reading.content.map
    if shown is None:
        return None
    said = MapWords(
        used_by=words("site-map-used-by"),
        months=tuple(words(f"month-{number}") for number in range(1, 13)),
        interval=words("date-range", start="{first}", end="{last}"),
        projection=words("site-map-projection"),
        as_of=words("site-map-as-of"),
        credit=words("site-map-credit"),
    )
    listed = {by_user(place.names, said) for place in reading.content.places}  # they stand beside the map
    naming = [line for line in naming_of(shown, said) if line not in listed]
    return MapSaid(naming, notes_of(shown, said))


def _timeline(reading: Reading) -> list[str]:
    """Which pictures of when and where there are."""
    if not (entries(reading) or reading.content.incidents):
        return []
    return ["timeline", "where"] if has_where(reading) else ["timeline"]


def _shared(reading: Reading, words: Words, title: str) -> Shared:
    """A link is often seen by its title alone: an exercise and a withdrawal are said there too."""
    issue, content = reading.issue, reading.content
    marks = [words(f"cap-status-{issue.status}")] if issue.status != "Actual" else []
    marks += [words("message-Cancel")] if issue.message_type == "Cancel" else []
    said = ". ".join((*marks, title))
    by = words("site-level-by", who=content.level.declared_by)
    return Shared(
        title=said,
        image_url=edition_url(issue, "preview.png"),
        image_alt=f"{said}, {by}. {words('site-edition', n=issue.edition)}, {words.day(issue.issued_at)}.",
        locale=content.language.replace("-", "_"),
    )


def stale_from(review_date: str | None) -> str:
    """The first day on which a warning is stale, YYYY-MM-DD; empty when it has no review date."""
    if review_date is None:
        return ""
    return (datetime.date.fromisoformat(review_date) + datetime.timedelta(days=1)).isoformat()


def _where(reading: Reading) -> list[tuple[Place, bool]]:
    """The places at risk (True), then the other places of the edition, the contested first."""
    risk = reading.content.situation.places
    places = sorted(reading.content.places, key=lambda place: (place.id not in risk, not place.contested))
    return [(place, place.id in risk) for place in places]


def _parties(parties: Sequence[Party]) -> list[tuple[str, list[Party]]]:
    """Parties under who gives them their role, in the order in which they stand."""
    said: dict[str, list[Party]] = {}
    for party in parties:
        said.setdefault(party.said_by, []).append(party)
    return list(said.items())
