"""Who was asked for what: an index of addressees, and a page for each with what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import addressee_path, edition_path
from tocsin.publish.html.frame import Site, page
from tocsin.publish.summary import AskedSummary, AskSummary, Summary
from tocsin.publish.words import Words


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One recommendation to one addressee, and the edition that it stands in."""

    ask: AskSummary
    answer: AskedSummary
    summary: Summary
    path: str
    sources: str


class AddresseeView(msgspec.Struct, frozen=True, kw_only=True):
    """An addressee with all that was asked of it."""

    name: str
    kind: str
    path: str
    asked: list[Asked]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """(status, how often), in the order of the codebook; an empty status comes last."""
        order = [status.id for status in load_codebook().response_statuses] + [""]
        counts = {status: sum(1 for each in self.asked if each.answer.status == status) for status in order}
        return [(status, count) for status, count in counts.items() if count]


def addressees(summaries: Sequence[Summary]) -> list[AddresseeView]:
    """Everybody who was asked, by name. Names that share an address share a page."""
    kinds = load_codebook().actor_types
    found: dict[str, AddresseeView] = {}
    for each in summaries:
        folder = edition_path(each.warning, each.edition)
        for ask in each.asks:
            for asked in ask.asked:
                path = addressee_path(asked.name)
                view = found.get(path)
                if view is None:
                    view = AddresseeView(name=asked.name, kind=kinds.get(asked.kind, asked.kind), path=path, asked=[])
                    found[path] = view
                page_of_ask = f"{folder}index.html#{ask.id}"
                view.asked.append(
                    Asked(ask=ask, answer=asked, summary=each, path=page_of_ask, sources=f"{folder}sources.html")
                )
    return sorted(found.values(), key=lambda view: (view.name.casefold(), view.path))


def addressees_page(views: Sequence[AddresseeView], *, site: Site, words: Words) -> str:
    """The index of addressees. Make `views` with `addressees`, from the latest edition of each warning."""
    return page(
        "addressees.html",
        site=site,
        words=words,
        path="addressees/index.html",
        title=words("site-addressees-title"),
        views=views,
    )


LIMIT = 50
"""How many recommendations stand in full; older ones stand in a line each, with their status."""


def addressee_page(view: AddresseeView, *, site: Site, words: Words) -> str:
    """What was asked of one addressee, by whom, and what came of it: the newest first."""
    newest = sorted(view.asked, key=lambda each: each.summary.issued_at, reverse=True)
    return page(
        "addressee.html",
        site=site,
        words=words,
        path=view.path,
        title=words("site-addressee-title", who=view.name),
        view=view,
        newest=newest[:LIMIT],
        older=_lines(newest[LIMIT:], words),
    )


def _lines(asked: Sequence[Asked], words: Words) -> list[tuple[str, str, str]]:
    """(path, what was asked and where, status and its date) of each; there may be thousands."""
    told: dict[tuple[str, str], str] = {}
    lines = []
    for each in asked:
        key = (each.answer.status, each.answer.as_of)
        if key not in told:
            told[key] = _status(*key, words)
        lines.append((each.path, f"{each.ask.id}, {each.summary.title}", told[key]))
    return lines


def _status(status: str, as_of: str, words: Words) -> str:
    if not status:
        return words("site-status-empty")
    return f"{words('status-' + status)} {words('site-as-of', date=words.date(as_of))}"
