"""How what the desk itself has coded raises a situation, apart from the model's number and never mixed into it.

Counts of deaths see nothing before the first ones. A desk may see a blockade, forces building up, people driven out, a
call to kill. These four indicators of the codebook are looked for among the claims on record. A situation is *raised*
when, within the last six months,

    at least two of the four are coded, on claims of at least two independent origins, or
    any one is coded as of critical severity in the codebook, on claims of at least two independent origins.

Raising is a recorded statement with its reasons, for people to weigh. It carries no probability: there is no past
record of coded claims to learn one from, and to invent one would be dishonest. It stands beside the model's chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tocsin.core.dates import bounds
from tocsin.core.independence import origins
from tocsin.core.model.claims import Claim
from tocsin.core.model.sources import Source

SIGNS = {"PRE-04": "blockade", "PRE-02": "build-up", "PER-01": "expulsion", "EXT-08": "incitement"}
"""Codebook ids looked for, and what a list calls them."""
WITHIN_DAYS = 183
ENOUGH_SIGNS, ENOUGH_ORIGINS = 2, 2


@dataclass(frozen=True)
class CodedClaim:
    """One accepted claim: its id, the indicators coded on it, when what it tells of happened, whose report it is.

    A claim that several independent origins carry is given once for each.
    """

    claim: str
    indicators: frozenset[str]
    event_date: date
    origin: str


@dataclass(frozen=True)
class Raised:
    """What the desk's signs say of a situation as of a day, beside the model's chance.

    p_model is passed through untouched, None where no model speaks of the country.
    """

    as_of: date
    p_model: float | None
    raised: bool
    signs: tuple[str, ...]
    claims: tuple[str, ...]
    n_origins: int
    why: str


def coded_claims(claims: Iterable[Claim], sources: Mapping[str, Source], *, on: date) -> list[CodedClaim]:
    """What claims with one of the four signs say as of a day, once for each independent origin. Pure.

    What a claim tells of counts at the last day that it may mean, an open end at the day itself; a claim without a date
    is left out. Sources of a later date are, too: on that day nobody had read them.
    """
    read = {name: source for name, source in sources.items() if (bounds(source.date)[0] or on) <= on}
    found = []
    for claim in claims:
        signs = frozenset(claim.indicators) & SIGNS.keys()
        first, last = bounds(claim.date)
        began = first or last
        if signs and began:
            happened = min(last or on, on) if began <= on else began
            found += [CodedClaim(claim.id, signs, happened, origin) for origin in sorted(origins(claim, read))]
    return found


def weigh_signs(
    claims: Sequence[CodedClaim], *, on: date, p_model: float | None, critical: Collection[str] = ()
) -> Raised:
    """Whether the claims raise a situation on a day. critical: ids that the codebook calls critical. Pure."""
    lately = [one for one in claims if 0 <= (on - one.event_date).days <= WITHIN_DAYS and one.indicators & SIGNS.keys()]
    found = sorted({sign for one in lately for sign in one.indicators & SIGNS.keys()})
    origins = {one.origin for one in lately}
    grave = [
        sign
        for sign in found
        if sign in critical and len({one.origin for one in lately if sign in one.indicators}) >= ENOUGH_ORIGINS
    ]
    several = len(found) >= ENOUGH_SIGNS and len(origins) >= ENOUGH_ORIGINS
    names = ", ".join(SIGNS[sign] for sign in found) or "none of the four signs"
    return Raised(
        as_of=on,
        p_model=p_model,
        raised=several or bool(grave),
        signs=tuple(found),
        claims=tuple(sorted({one.claim for one in lately})),
        n_origins=len(origins),
        why=f"{names} coded within {WITHIN_DAYS} days, from {len(origins)} independent origin(s)",
    )
