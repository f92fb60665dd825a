"""Who was asked for what: an index of addressees, and a page for each with what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.core.model.sources import Source
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import addressee_path, brief_path
from tocsin.publish.following.ledger import Ledger, LedgerRow, Seen
from tocsin.publish.html.frame import Site, page
from tocsin.publish.html.ledger import AskView, ask_view, status_words
from tocsin.publish.words import Words


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One recommendation to one addressee, and what was seen of that addressee, oldest first."""

    row: LedgerRow
    name: str
    series: list[Seen]
    status: str


class AddresseeView(msgspec.Struct, frozen=True, kw_only=True):
    """An addressee with all that was asked of it."""

    name: str
    kind: str
    path: str
    asked: list[Asked]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """(status, how often), in the order of the codebook; `unanswered` comes last."""
        order = [status.id for status in load_codebook().response_statuses] + ["unanswered"]
        counts = {status: sum(1 for each in self.asked if each.status == status) for status in order}
        return [(status, count) for status, count in counts.items() if count]

    @property
    def newest(self) -> list[Asked]:
        """What was asked, the newest first."""
        return sorted(self.asked, key=lambda each: each.row.issued_at, reverse=True)

    @property
    def sources(self) -> list[Source]:
        """Every source that is cited, once each."""
        return list({(each.row.situation, one.id): one for each in self.asked for one in each.row.sources}.values())


def addressees(ledger: Ledger) -> list[AddresseeView]:
    """Everybody who was asked, by name. Names that share an address share a page."""
    kinds = load_codebook().actor_types
    found: dict[str, AddresseeView] = {}
    for row in ledger.rows:
        for asked in row.recommendation.addressees:
            path = addressee_path(asked.name)
            if path not in found:
                kind = kinds.get(asked.kind, asked.kind)
                found[path] = AddresseeView(name=asked.name, kind=kind, path=path, asked=[])
            found[path].asked.append(
                Asked(row=row, name=asked.name, series=row.of(asked.name), status=row.status_of(asked.name))
            )
    return sorted(found.values(), key=lambda view: (view.name.casefold(), view.path))


def addressees_page(views: Sequence[AddresseeView], *, site: Site, words: Words) -> str:
    """The index of addressees. Make `views` with `addressees`, from the site's ledger."""
    return page(
        "addressees.html",
        site=site,
        words=words,
        path="addressees/index.html",
        title=words("site-addressees-title"),
        views=[(view, [(status_words(status, words), n) for status, n in view.statuses]) for view in views],
    )


LIMIT = 50
"""How many recommendations stand in full; older ones stand in a line each, with their status."""


def addressee_page(view: AddresseeView, *, site: Site, words: Words) -> str:
    """What was asked of one addressee, by whom, and what came of it: the newest first."""
    newest = view.newest
    return page(
        "addressee.html",
        site=site,
        words=words,
        path=view.path,
        title=words("site-addressee-title", who=view.name),
        view=view,
        brief=brief_path(view.name).rpartition("/")[2],
        newest=[_view(each, words) for each in newest[:LIMIT]],
        older=[_line(each, words) for each in newest[LIMIT:]],
    )


def _view(asked: Asked, words: Words) -> AskView:
    return ask_view(asked.row, asked.series, asked.status, words)


def _line(asked: Asked, words: Words) -> tuple[str, str, str]:
    """(path, what was asked and where, status and its date); there may be thousands."""
    row = asked.row
    told = status_words(asked.status, words)
    if asked.series:
        told = f"{told} {words('site-as-of', date=words.date(asked.series[-1].response.as_of))}"
    return ask_view(row, (), asked.status, words).path, f"{row.recommendation.id}, {row.title}", told
