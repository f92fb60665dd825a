"""Read what the UN Security Council listed, and propose what may answer a recommendation. A person records it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow.parquet as pq

from tocsin.collect.store import Store
from tocsin.core import geography
from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Recommendation
from tocsin.core.model.assessment import Party
from tocsin.core.model.judgement import SituationScope
from tocsin.core.rules.sanctions import Listing, Match, Term, names_of, propose
from tocsin.records.models import Record
from tocsin.records.queries import newest

SOURCE: Final = "un-sanctions"
FIELDS: Final = ("name", "designations", "nationalities", "comments")
"""Columns of the listings in which a country or an actor may be named."""


class NoListError(TocsinError):
    """The list was never collected at this desk."""


class Proposals(msgspec.Struct, frozen=True):
    """What the list of a day proposes."""

    matches: tuple[Match, ...]
    list_generated_at: str
    n_listings: int


def sanctions_matches(folder: Path, situation: Record, *, since: str = "") -> Proposals:
    """Listings that name the situation's countries or actors, for each of its recommendations of a sanction.

    folder: the desk's
    since:  a day, YYYY-MM-DD, before which listings are left out
    Raises NoListError before the source has run.
    """
    listings, generated_at = _listings(Store(folder / "tables" / "raw" / SOURCE))
    asks = [newest(each).read(Recommendation) for each in _of(situation, "recommendation")]
    scope = newest(situation).read(SituationScope)
    known = {country.alpha3: names_of(country.name, country.label) for country in geography.countries()}
    countries = [Term(name, known[code][-1]) for code in scope.countries if code in known for name in known[code]]
    actors = []
    for record in _of(situation, "actor"):
        party = newest(record).read(Party)
        actors += [Term(name, party.name) for name in (party.name, *(each.text for each in party.names))]
    found = propose(
        asks, listings, countries=countries, actors=actors, codes=scope.countries, since=since,
        all_countries=[name for names in known.values() for name in names],
    )  # fmt: skip
    return Proposals(tuple(found), generated_at, len(listings))


def _of(situation: Record, kind: str) -> Any:
    return situation.records.filter(kind=kind).order_by("pk")


def _listings(store: Store) -> tuple[list[Listing], str]:
    parts = store.last_good("listings")
    if not parts:
        raise NoListError(
            "the Security Council's list was not collected here yet", where=str(store.folder.name),
            remedy=f"Run: tocsin collect run {SOURCE}",
        )  # fmt: skip
    aliases: dict[str, list[str]] = {}
    for row in _rows(store.last_good("aliases"), ["reference_number", "alias"]):
        aliases.setdefault(row["reference_number"], []).append(row["alias"])
    rows = _rows(parts, ["reference_number", "listed_as", "regime", "listed_date", "list_generated_at", *FIELDS])
    listings = [
        Listing(
            reference_number=row["reference_number"],
            listed_as=row["listed_as"],
            name=row["name"],
            regime=row["regime"],
            listed_date=row["listed_date"].isoformat(),
            texts=(
                *((field, row[field]) for field in FIELDS if row[field]),
                *(("alias", alias) for alias in aliases.get(row["reference_number"], ()) if alias),
            ),
        )
        for row in rows
    ]
    return listings, max((str(row["list_generated_at"]) for row in rows), default="")


def _rows(parts: list[Path], columns: list[str]) -> list[dict[str, Any]]:
    return [row for part in parts for row in pq.read_table(part, columns=columns).to_pylist()]
