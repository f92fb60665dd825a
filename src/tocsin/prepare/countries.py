"""Countries and their codes, with the years in which each was valid.

`countries.csv` is a table of our own: one row for each state since 1946 by Gleditsch and Ward's numbers, and for
territories without one; ISO 3166-1 and UN M49 codes, FIPS 10-4 (GDELT's places), names in use. `valid_from` and
`valid_to` (half-open, empty for "before 1946" and "still") bound the state. A state that changed its codes and stayed
the same keeps one row: today's codes hold for all its years, `former_codes` for theirs. Kosovo's XKX is assigned by its
users, not by ISO.

A code is valid in a year when the state existed on any day of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec
import pyarrow as pa

FIRST_YEAR, LAST_YEAR = 1946, 2100
SYSTEMS = ("gw", "iso3", "m49", "fips", "name")
READINGS = {
    "ucdp": (("gw", "345", 2007, LAST_YEAR, 340), ("iso3", "SRB", FIRST_YEAR, 2005, 345)),
    "ewp": (("name", "serbia", FIRST_YEAR, 2005, 345), ("name", "yugoslavia", 2007, LAST_YEAR, 340)),
}
"""How a publisher reads a code in years in which it stands for nothing: (system, code, first year, last year, of whom).

UCDP numbers Serbia 345, as Yugoslavia before it; conversions of its files write SRB for Yugoslavia. The Early Warning
Project calls Yugoslavia Serbia in its panel, and Serbia Yugoslavia in a list of 2023.
"""


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """One state or territory. gw is None for what Gleditsch and Ward do not list; years are inclusive."""

    gw: int | None
    iso3: str
    iso2: str
    m49: str
    fips: tuple[str, ...]
    name: str
    other_names: tuple[str, ...]
    former_codes: tuple[tuple[str, int, int], ...]
    valid_from: str
    valid_to: str
    first_year: int
    last_year: int

    def codes(self) -> Iterator[tuple[str, str, int, int]]:
        """(system, code, first year, last year) of every code and name by which it may be called."""
        whole = (self.first_year, self.last_year)
        if self.gw is not None:
            yield ("gw", str(self.gw), *whole)
        for system, code in (("iso3", self.iso3), ("m49", self.m49)):
            if code:
                yield (system, code, *whole)
        for code in self.fips:
            yield ("fips", code, *whole)
        for name in (self.name, *self.other_names):
            yield ("name", name.casefold(), *whole)
        for code, first, last in self.former_codes:
            yield ("m49" if code.isdigit() else "iso3", code, max(first, self.first_year), min(last, self.last_year))


@cache
def countries() -> tuple[Country, ...]:
    """Every row of the table, in its order."""
    text = resources.files("tocsin.prepare").joinpath("countries.csv").read_text("utf-8")
    return tuple(_country(row) for row in csv.DictReader(text.splitlines()))


def find_country(system: str, code: str, year: int) -> Country | None:
    """The country that a code or a name stood for in a year; None when it stood for none."""
    wanted = code.casefold() if system == "name" else code
    for country in countries():
        for its_system, its_code, first, last in country.codes():
            if (its_system, its_code) == (system, wanted) and first <= year <= last:
                return country
    return None


def code_years(systems: tuple[str, ...], *, as_read_by: str = "") -> pa.Table:
    """A row for each code and year in which it was valid: what a table of a publisher's codes is joined with.

    code: the system, a colon, the code ("gw:371", "name:armenia"); as_read_by: with the readings of this publisher
    """
    columns: dict[str, list[object]] = {name: [] for name in _LOOKUP.names}
    by_gw = {country.gw: country for country in countries() if country.gw is not None}
    read = [(system, code, first, last, by_gw[gw]) for system, code, first, last, gw in READINGS.get(as_read_by, ())]
    # names that differ in their capitals only are one
    every = [(*code, country) for country in countries() for code in dict.fromkeys(country.codes())]
    for system, code, first, last, country in [*every, *read]:
        if system not in systems:
            continue
        years = range(first, last + 1)
        values = (f"{system}:{code}", country.gw, country.iso3 or None, country.m49 or None, country.name)
        columns["code_year"] += years
        for name, value in zip(("code", *_LOOKUP.names[2:]), values, strict=True):
            columns[name] += [value] * len(years)
    return pa.table(columns, schema=_LOOKUP)


_LOOKUP = pa.schema(
    [
        ("code", pa.string()),
        ("code_year", pa.int32()),
        ("country_gw", pa.int32()),
        ("country_iso3", pa.string()),
        ("country_m49", pa.string()),
        ("country_name", pa.string()),
    ]
)


def _country(row: dict[str, str]) -> Country:
    former = [one.split(":") for one in row["former_codes"].split("|") if one]
    return Country(
        gw=int(row["gw"]) if row["gw"] else None,
        iso3=row["iso3"],
        iso2=row["iso2"],
        m49=row["m49"],
        fips=tuple(one for one in row["fips"].split("|") if one),
        name=row["name"],
        other_names=tuple(one for one in row["other_names"].split("|") if one),
        former_codes=tuple((code, int(first[:4]), _last_year(last)) for code, first, last in former),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        first_year=int(row["valid_from"][:4]) if row["valid_from"] else FIRST_YEAR,
        last_year=_last_year(row["valid_to"]),
    )


def _last_year(until: str) -> int:
    """The last year with a day before `until`."""
    if not until:
        return LAST_YEAR
    return int(until[:4]) - (until[5:] == "01-01")
