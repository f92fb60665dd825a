"""Filed forecasts as tables: CSV with an HXL row, and Parquet. One row a country, or a country and month.

As in the desk's other tables a byte order mark stands first in the CSV, no cell can be taken for a formula, and every
row says whose it is and whether that is an exercise.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet

from tocsin.core.model.forecasts import (
    AlertChance,
    FiledAlert,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledForecast,
    ScoreDocument,
    as_of,
)
from tocsin.publish.html.frame import Site
from tocsin.publish.tables import cell

Value = str | int | float | None


class ForecastTable(NamedTuple):
    """columns: (name, HXL tag); rows: a value for each column."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Value]]


_ENDS = (
    ("data_to", "#date+origin"), ("model", "#meta+model"), ("forecast_sha256", "#meta+hash+sha256+forecast"),
    ("filed_at", "#date+filed"), ("filed_late", "#meta+late"), ("desk", "#org+name+desk"),
    ("desk_url", "#meta+url+desk"), ("cap_status", "#meta+status+cap"),
)  # fmt: skip
_PLACE = (("country_iso3", "#country+code+v_iso3"), ("country", "#country+name"))
ONSET = (
    ("ccode", "#country+code+v_cow"), *_PLACE,
    ("p_1", "#indicator+probability+one_year"), ("p_1or2", "#indicator+probability+two_years"),
    ("p_low", "#indicator+probability+low"), ("p_high", "#indicator+probability+high"), ("rank", "#indicator+rank"),
    *_ENDS,
)  # fmt: skip
QUANTILES = (("q_05", 0.05), ("q_25", 0.25), ("q_50", 0.5), ("q_75", 0.75), ("q_95", 0.95))
FATALITIES = (
    ("country_id", "#country+code+v_views"), *_PLACE, ("month", "#date+month"), ("mean", "#affected+killed+mean"),
    *((name, f"#affected+killed+{name.replace('_', '')}") for name, _ in QUANTILES),
    ("p_25", "#indicator+probability+killed25"), ("p_1000", "#indicator+probability+killed1000"), *_ENDS,
)  # fmt: skip
ALERT = (
    *_PLACE, ("p_1000", "#indicator+probability+killed1000"), ("p_1000_low", "#indicator+probability+killed1000+low"),
    ("p_1000_high", "#indicator+probability+killed1000+high"), ("rank_1000", "#indicator+rank+killed1000"),
    ("p_250", "#indicator+probability+killed250"), ("p_250_low", "#indicator+probability+killed250+low"),
    ("p_250_high", "#indicator+probability+killed250+high"), ("rank_250", "#indicator+rank+killed250"),
    ("civilians_12m", "#affected+killed+civilians+year"), ("deaths_12m", "#affected+killed+year"), *_ENDS,
)  # fmt: skip
SCORES = (
    ("target", "#meta+target"), ("horizon", "#meta+horizon"), ("n", "#meta+count"), ("n_happened", "#meta+happened"),
    ("score", "#indicator+score"), ("score_name", "#indicator+score+name"), ("beside", "#indicator+score+baseline"),
    ("beside_name", "#indicator+score+baseline+name"), ("hits", "#meta+hits"), ("misses", "#meta+misses"),
    ("false_alarms", "#meta+false_alarms"), ("scored_at", "#date+scored"), *_ENDS,
)  # fmt: skip


def forecast_table(digest: str, forecast: FiledDocument, site: Site) -> ForecastTable:
    """A filed forecast. Quantiles are those of the draws."""
    end = _end(digest, forecast, site)
    if isinstance(forecast, FiledForecast):
        return ForecastTable(
            ONSET,
            [(r.ccode, r.iso3, r.name, r.p_1, r.p_1or2, r.p_low, r.p_high, r.rank, *end) for r in forecast.risks],
        )
    if isinstance(forecast, FiledFatalities):
        rows: list[Sequence[Value]] = [
            (
                country.country_id, country.iso3, country.name, month.month, round(month.mean(), 3),
                *(month.quantile(share) for _, share in QUANTILES), month.chance_of(25), month.chance_of(1000), *end,
            )
            for country in forecast.countries
            for month in country.months
        ]  # fmt: skip
        return ForecastTable(FATALITIES, rows)
    return ForecastTable(ALERT, _alert_rows(forecast, end))


def score_table(
    forecasts: Sequence[tuple[str, FiledDocument]], scores: Sequence[ScoreDocument], site: Site
) -> ForecastTable:
    """Every score: log loss of chances, CRPS of draws, beside a baseline; who was caught, missed, called in vain."""
    by_digest = dict(forecasts)
    rows: list[Sequence[Value]] = []
    for score in scores:
        forecast = by_digest[score.forecast_sha256]
        end = (score.scored_at, *_end(score.forecast_sha256, forecast, site))
        if isinstance(score, FiledDrawScore):
            beside = next(iter(score.baseline_crps.items()), (None, None))
            span = f"{score.months[0]}/{score.months[-1]}"
            named = ("", _names(score.above), _names(score.below))
            head = (forecast.target, span, score.n, score.n_with_deaths, score.crps, "crps")
        else:
            beside = next(iter(score.baseline_log_loss.items()), (None, None))
            named = (_names(score.hits), _names(score.misses), _names(score.false_alarms))
            head = (forecast.target, score.horizon, score.n, score.n_onsets, score.log_loss, "log loss")
        rows.append((*head, beside[1], beside[0], *named, *end))
    return ForecastTable(SCORES, rows)


def as_csv(table: ForecastTable) -> bytes:
    """A header, the HXL row, the rows; no cell can be taken for a formula."""
    out = io.StringIO(newline="")
    write = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    write.writerow([name for name, _ in table.columns])
    write.writerow([tag for _, tag in table.columns])
    for row in table.rows:
        write.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def as_parquet(table: ForecastTable) -> bytes:
    """The same columns and rows, without the HXL row."""
    out = io.BytesIO()
    columns = {name: pa.array([row[at] for row in table.rows]) for at, (name, _) in enumerate(table.columns)}
    pyarrow.parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def _end(digest: str, forecast: FiledDocument, site: Site) -> tuple[str, ...]:
    late = str(bool(forecast.filed_after)).lower()
    whose = (site.desk.name, site.desk.url, site.status)
    return (as_of(forecast), forecast.model, digest, forecast.filed_at, late, *whose)


def _alert_rows(forecast: FiledAlert, end: tuple[str, ...]) -> list[Sequence[Value]]:
    return [
        (
            each.iso3, each.name, *_of(each.over_1000), *_of(each.over_250),
            each.civilians_12m, each.deaths_12m, *end,
        )
        for each in forecast.countries
    ]  # fmt: skip


def _of(chance: AlertChance) -> tuple[Value, ...]:
    return (chance.p, chance.p_low, chance.p_high, chance.rank)


def _names(outcomes: Sequence[object]) -> str:
    return "; ".join(dict.fromkeys(str(getattr(each, "name", "")) for each in outcomes))
