"""The ledger: who was asked for what, by status and by instrument, each with its dated series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tocsin.core.model.asks import Response
from tocsin.core.model.sources import Source
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import LEDGER_BY_INSTRUMENT, LEDGER_PAGE, addressee_path, edition_path
from tocsin.publish.following.ledger import Ledger, LedgerRow, Seen
from tocsin.publish.html.frame import Site, page
from tocsin.publish.words import Words


class SeenView(msgspec.Struct, frozen=True, kw_only=True):
    """One observation with what it rests on."""

    response: Response
    status: str
    evidence: list[tuple[Source, str]]
    since: bool
    """Published by the desk after the edition."""


class AskView(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation as a list shows it: the last observation, the earlier ones folded behind it, newest first."""

    row: LedgerRow
    path: str
    instrument: str
    addressees: list[tuple[str, str]]
    status: str
    last: SeenView | None
    earlier: list[SeenView]


def ask_view(row: LedgerRow, series: Sequence[Seen], status: str, words: Words) -> AskView:
    """One recommendation with what was seen of it, or of one of its addressees."""
    instrument = load_codebook().find_instrument(row.recommendation.instrument)
    sources = {source.id: source for source in row.sources}
    seen = [_seen(each, sources, words) for each in reversed(series)]
    return AskView(
        row=row,
        path=f"{edition_path(row.warning, row.edition)}index.html#{row.recommendation.id}",
        instrument=instrument.label if instrument else row.recommendation.instrument,
        addressees=[(each.name, addressee_path(each.name)) for each in row.recommendation.addressees],
        status=status_words(status, words),
        last=seen[0] if seen else None,
        earlier=seen[1:],
    )


def _seen(seen: Seen, sources: dict[str, Source], words: Words) -> SeenView:
    cited = [(sources[each.source], each.passage) for each in seen.response.sources if each.source in sources]
    status = words("status-" + seen.response.status)
    return SeenView(response=seen.response, status=status, evidence=cited, since=not seen.in_edition)


def status_words(status: str, words: Words) -> str:
    """A status in words; a recommendation without any observation is `unanswered`."""
    return words("site-status-empty") if status == "unanswered" else words("status-" + status)


LIMIT = 60
"""How many recommendations of a group stand in full; all of them stand in the table."""


def ledger_page(ledger: Ledger, *, site: Site, words: Words) -> str:
    """The ledger by status, what is still open first."""
    order = ["unanswered", *(status.id for status in load_codebook().response_statuses)]
    labels = {status: status_words(status, words) for status in order}
    return _page(ledger, LEDGER_PAGE, order, labels, lambda row: row.status, site, words)


def instruments_page(ledger: Ledger, *, site: Site, words: Words) -> str:
    """The ledger by what kind of act is asked for."""
    labels = {each.id: each.label for each in load_codebook().instruments}
    labels |= {row.recommendation.instrument: row.recommendation.instrument for row in ledger.rows
               if row.recommendation.instrument not in labels}  # fmt: skip
    return _page(
        ledger, LEDGER_BY_INSTRUMENT, list(labels), labels, lambda row: row.recommendation.instrument, site, words
    )


def _page(
    ledger: Ledger,
    path: str,
    order: Sequence[str],
    labels: dict[str, str],
    key: Callable[[LedgerRow], str],
    site: Site,
    words: Words,
) -> str:
    groups = []
    newest = sorted(ledger.rows, key=lambda row: row.issued_at, reverse=True)
    for name in order:
        rows = [row for row in newest if key(row) == name]
        if rows:
            shown = [ask_view(row, row.series, row.status, words) for row in rows[:LIMIT]]
            groups.append((name, labels[name], len(rows), shown))
    return page(
        "ledger.html",
        site=site,
        words=words,
        path=path,
        title=words("ledger-title"),
        description=words("ledger-lead"),
        ledger=ledger,
        groups=groups,
        by_instrument=path == LEDGER_BY_INSTRUMENT,
        n_addressees=len({addressee_path(each.name) for row in ledger.rows for each in row.recommendation.addressees}),
    )
