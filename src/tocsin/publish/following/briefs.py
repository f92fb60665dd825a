"""A brief for each addressee, from the site's ledger: what the page of the addressee says, on paper."""

from __future__ import annotations

import datetime

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.publish.following.ledger import Ledger
from tocsin.publish.html.addressees import AddresseeView
from tocsin.publish.pdf.brief import Brief, BriefAsk
from tocsin.publish.words import Words

LIMIT = 50
"""How many recommendations a brief holds, the newest first: nobody brings more to a meeting. The page has them all."""


def brief_of(view: AddresseeView, ledger: Ledger, words: Words) -> Brief:
    """What a brief says. Its date is that of the newest thing in it, so that it changes only when what it says does."""
    newest = view.newest[:LIMIT]
    instants = [each.row.issued_at for each in newest]
    if ledger.responses_as_of and any(not seen.in_edition for each in newest for seen in each.series):
        instants.append(ledger.responses_as_of)
    cited = {(each.row.situation, one.source) for each in newest for s in each.series for one in s.response.sources}
    sources = {(each.row.situation, one.id): one for each in newest for one in each.row.sources}
    return Brief(
        addressee=view.name,
        desk=ledger.desk.name,
        status=ledger.status,
        on=datetime.date.fromisoformat(max(instants)[:10]),
        asks=tuple(
            BriefAsk(
                recommendation=each.row.recommendation,
                about=words("site-ask-in", title=each.row.title, n=each.row.edition),
                status=each.status,
                series=tuple(seen.response for seen in each.series),
            )
            for each in newest
        ),
        sources=tuple(source for key, source in sources.items() if key in cited),
    )


def made_from(brief: Brief) -> str:
    """Hash of all that a brief says: the same hash, the same PDF."""
    return sha256(canonical_bytes(brief))
