"""Which entries of a sanctions list may answer a recommendation: by words that both of them use, and no more.

A match is a proposal. It says which text named whom; whether the listing is what was asked for, a person judges.
Only words are compared: nothing is known here of who somebody is, of transliterations that a list does not give, or of
why the Council acted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from tocsin.core.model.asks import Recommendation

INSTRUMENTS: Final = ("SANCTIONS_TARGETED", "SANCTIONS_SECTORAL")
"""Instruments of the codebook to which a listing may be an answer."""

REGIMES: Final = {
    "CAR": "CAF", "DPRK": "PRK", "DRC": "COD", "GB": "GNB", "Haiti": "HTI", "Iran": "IRN", "Iraq": "IRQ",
    "Libya": "LBY", "Somalia": "SOM", "SouthSudan": "SSD", "Sudan": "SDN", "Yemen": "YEM",
}  # fmt: skip
"""The Council's regimes that are about one country, by the list's own word, and its ISO 3166-1 alpha-3 code."""

SHORTEST: Final = 4
"""Letters that a name must have to be looked for: shorter ones are within too many words."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the list. `texts` are its fields that name places or bodies, each with the field's name."""

    reference_number: str
    listed_as: str
    name: str
    regime: str
    listed_date: str
    texts: tuple[tuple[str, str], ...]


class Term(msgspec.Struct, frozen=True):
    """A name to look for: as it is written, and what it is the name of."""

    text: str
    of: str


def names_of(name: str, label: str) -> tuple[str, ...]:
    """The ways in which a list may write a country: `Congo, Democratic Republic of the` also the right way round."""
    head, comma, tail = name.partition(", ")
    turned = f"{tail} {head}" if comma else name
    return tuple(dict.fromkeys((name, turned, label)))


class Found(msgspec.Struct, frozen=True):
    """Where a name stands: in which field, with the words around it."""

    of: str
    term: str
    field: str
    passage: str


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that may answer a recommendation, and why it is proposed."""

    recommendation: str
    asked_of: tuple[str, ...]
    listing: Listing
    found: tuple[Found, ...]

    @property
    def why(self) -> str:
        """Why it is proposed, as a sentence without a full stop."""
        places = "; ".join(f"{each.field} names {each.of}: {each.passage!r}" for each in self.found)
        return f"listed on {self.listing.listed_date} ({self.listing.regime}); {places}"


def propose(
    recommendations: Iterable[Recommendation],
    listings: Sequence[Listing],
    *,
    countries: Sequence[Term],
    actors: Sequence[Term],
    all_countries: Sequence[str],
    codes: Sequence[str] = (),
    since: str = "",
) -> list[Match]:
    """The listings that name the situation's countries or actors, for each recommendation of a sanction; newest first.

    all_countries: names of every country, so that Sudan is not found in South Sudan, nor Niger in Nigeria
    codes:         the situation's countries by ISO 3166-1 alpha-3, for regimes that are about one of them
    since:         a day, YYYY-MM-DD; listings before it cannot answer what was asked later
    """
    asks = [each for each in recommendations if each.instrument in INSTRUMENTS]
    if not asks:
        return []
    look = _Look(countries, actors, all_countries)
    matched = []
    for listing in sorted(listings, key=lambda each: (each.listed_date, each.reference_number), reverse=True):
        if listing.listed_date < since:
            continue
        found = tuple(look.find(listing))
        if (code := REGIMES.get(listing.regime, "")) in codes:
            found = (Found(code, listing.regime, "regime", listing.regime), *found)
        if found:
            matched.append((listing, found))
    return [
        Match(recommendation=ask.id, asked_of=tuple(a.name for a in ask.addressees), listing=listing, found=found)
        for ask in asks
        for listing, found in matched
    ]


class _Look:
    def __init__(self, countries: Sequence[Term], actors: Sequence[Term], all_countries: Sequence[str]) -> None:
        self.wanted = {_folded(term.text): term for term in (*countries, *actors) if len(term.text) >= SHORTEST}
        known = {*self.wanted, *(_folded(name) for name in all_countries)} - {""}
        longest_first = sorted(known, key=lambda name: (-len(name), name))
        self.any = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    def find(self, listing: Listing) -> Iterator[Found]:
        """Each wanted name once for each field that holds it."""
        seen = set()
        for field, text in listing.texts:
            folded = _folded(text)
            for hit in self.any.finditer(folded):
                term = self.wanted.get(hit[0])
                if term is not None and (term.of, field) not in seen:
                    seen.add((term.of, field))
                    yield Found(term.of, term.text, field, _around(folded, hit.start(), hit.end()))


def _folded(text: str) -> str:
    """Without case, accents and doubled spaces; a letter stays one letter."""
    text = text.replace("\u2019", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def _around(text: str, start: int, end: int, width: int = 40) -> str:
    before = text[max(0, start - width) : start]
    after = text[end : end + width]
    return f"{'...' if start > width else ''}{before}{text[start:end]}{after}{'...' if end + width < len(text) else ''}"
