"""What the news reported of a country, by month or week, as GDELT's machine read it: records, never events.

Counted from the raw records when asked for. The files at hand decide which periods there are: one without a record has
no row, since nobody can tell whether nothing was reported or a file is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.core import geography
from tocsin.prepare.countries import countries as all_countries
from tocsin.prepare.engine import DuckDB, EngineSettings
from tocsin.prepare.errors import MissingError
from tocsin.prepare.raw import find_raw
from tocsin.prepare.releases import read_slices


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The records of one country and month or week (which begins on Monday), by the day that the reports speak of.

    mentions and articles: in the first 15 minutes of each record; tone: mean, -100 to 100
    """

    of: str
    from_date: date
    n_records: int
    n_records_verbal_conflict: int
    n_records_material_conflict: int
    n_records_mass_violence: int
    n_mentions: int
    n_articles: int
    tone_mean: float | None


def read_coverage(
    desk: Path,
    *,
    countries: Sequence[str],
    step: Literal["month", "week"] = "month",
    since: date | None = None,
    settings: EngineSettings = EngineSettings(),  # noqa: B008 - frozen
) -> list[Coverage]:
    """Records by country and time. countries: ISO 3166-1 alpha-3, found by the FIPS codes of GDELT's places.

    Raises MissingError when the desk has none of them; geography.UnknownCodeError for a country that does not exist.
    """
    for code in countries:
        geography.get_country(code)
    raw = find_raw(desk, "gdelt", "events")
    named = {fips: one.iso3 for one in all_countries() if one.iso3 in countries for fips in one.fips}
    rows = []
    if raw and named:
        engine = DuckDB(settings, spill=None)
        try:
            records = read_slices(engine, raw, "added_at", ["event_id"])
            records = records.filter(records.action_geo_country.isin(sorted(named)))
            dated = records.mutate(from_date=records.event_date.truncate("W" if step == "week" else "M").cast("date"))
            counted = dated.group_by("action_geo_country", "from_date").aggregate(
                n_records=dated.count(),
                n_records_verbal_conflict=dated.count(where=dated.quad_class == 3),
                n_records_material_conflict=dated.count(where=dated.quad_class == 4),
                n_records_mass_violence=dated.count(where=dated.event_root_code == "20"),
                n_mentions=dated.n_mentions.sum(),
                n_articles=dated.n_articles.sum(),
                tone_mean=dated.avg_tone.mean().round(4),
            )
            rows = engine.fetch(counted).to_pylist()
        finally:
            engine.close()
    if not rows:
        remedy = "`tocsin collect run gdelt`"
        raise MissingError(f"there are no records of GDELT in {', '.join(countries)}", remedy=remedy)
    found = [Coverage(of=named[row.pop("action_geo_country")], **row) for row in rows]
    found = [one for one in found if since is None or one.from_date >= since]
    return sorted(found, key=lambda one: (one.of, one.from_date))
