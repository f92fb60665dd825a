"""Back-test of the signal rules on country-months to 2019, beside HDX Signals' rule on the same rows.

    python benchmarks/signals.py            print the tables
    python benchmarks/signals.py --choose   also repeat the choice of parameters, which sees nothing after 2009
    python benchmarks/signals.py --write    write the figures into docs/explanation/signals.md

Reads the real series beside the project; says so and ends where it is absent.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import os
import re
import tarfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq
from shapely.geometry import shape

from tocsin.prepare.signals.backtest import Onset, Score, alarms, find_onsets, score
from tocsin.prepare.signals.hdx import hdx_alarms
from tocsin.prepare.signals.panel import Flags, Floats, Panel, panel_of
from tocsin.prepare.signals.rules import COMPARED, RULES
from tocsin.prepare.signals.weekly import HOLD_WEEKS, WEEKLY

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("TOCSIN_SHARED_DATA") or ROOT.parent / "shared" / "data")
SERIES = DATA / "ucdp" / "ged_25_1_country_month_to_2019.parquet"
PAGE = ROOT / "docs" / "explanation" / "signals.md"
START, END = "<!-- figures: begin -->", "<!-- figures: end -->"
SLICES = {
    "MEX": ("ged_mexico_1989_2023.csv", date(1989, 1, 1)),
    "MMR": ("ged_myanmar_1989_2023.csv", date(1989, 1, 1)),
    "SYR": ("ged_syria_2016_2019.csv", date(2016, 1, 1)),
    "CAF": ("ged231_CAR.geojson", date(1989, 1, 1)),
    "UKR": ("ged_ukraine_hdx.csv", date(1989, 1, 1)),
}
"""Countries whose single events are at hand, and from when each file holds them: all that has units."""
MAPS = DATA / "geo" / "deepstate_daily_20240708_20260822.tar.xz"
COLUMNS = {
    "deaths_best": "ucdp_fatalities_best",
    "deaths_high": "ucdp_fatalities_high",
    "deaths_civilians": "ucdp_civilian_deaths",
    "n_events": "ucdp_event_count",
    "n_events_one_sided": "ucdp_one_sided_events",
}
KNOWN_FROM = date(1989, 1, 1)
"""GED starts here; the zeros that the file has before are no observations."""
CHOSEN_ON, REPORTED_ON = (date(1992, 1, 1), date(2010, 1, 1)), (date(2010, 1, 1), date(2020, 1, 1))
OUTCOMES = (
    ("civilians", "deaths_civilians", 250),
    ("civilians", "deaths_civilians", 1000),
    ("all", "deaths_best", 1000),
)
GOAL_S = 2.0


def read_panel(path: Path = SERIES) -> Panel:
    """The country-months as a panel; unknown before 1989."""
    table = pq.read_table(path)
    months = [date(int(text[:4]), int(text[5:]), 1) for text in table["year_month"].to_pylist()]
    values = zip(*(table[name].to_pylist() for name in COLUMNS.values()), strict=True)
    rows = zip(table["country_iso3"].to_pylist(), months, values, strict=True)
    return panel_of(rows, list(COLUMNS), known_from=KNOWN_FROM)


def until(values: Floats, panel: Panel, end: date) -> Floats:
    """Values as they would be known with nothing from `end` on."""
    cut = values.copy()
    cut[:, panel.index(end) :] = np.nan
    return cut


def stretch(panel: Panel, of: tuple[date, date]) -> range:
    """Places of the months from one day to another."""
    return range(panel.index(of[0]), panel.index(of[1]))


def either(panel: Panel) -> Flags:
    """Where one of the compared rules fires."""
    return np.logical_or.reduce([RULES[name].fired(panel) for name in COMPARED])


def candidates(panel: Panel) -> Iterator[tuple[tuple[float, ...], Flags]]:
    """Every pair of parameters that was tried for the compared rules."""
    levels = {
        (floor, months, history): RULES["level"].fired(panel, floor=floor, months=months, history=history)
        for floor, months, history in itertools.product(
            (10, 15, 20, 25, 30, 40, 50, 75, 100), (1, 2, 3), (12, 24, 36, 48)
        )
    }
    firsts = {
        (floor, quiet): RULES["first-in-24"].fired(panel, floor=floor, quiet=quiet)
        for floor, quiet in itertools.product((1, 3, 5, 10, 15, 25, 50), (0, 5, 10, 25, 50))
    }
    for (one, level), (other, first) in itertools.product(levels.items(), firsts.items()):
        yield (*one, *other), level | first


def choose(panel: Panel, n_shown: int = 12) -> list[tuple[int, float, int, tuple[float, ...]]]:
    """(onsets called, their mean lead, false alarms, parameters): the best pairs with no more false than the baseline.

    Nothing after 2009 is seen. The list is in the order in which a person looked at it: most called, then the lead.
    """
    known = until(panel.columns["deaths_civilians"], panel, CHOSEN_ON[1])
    months = stretch(panel, CHOSEN_ON)
    onsets = find_onsets(known, 250)
    allowed = score(hdx_alarms(panel), known, onsets, 250, months=months, draws=2).n_false
    found = []
    for parameters, fired in candidates(panel):
        one = score(alarms(fired), known, onsets, 250, months=months, draws=2)
        if one.n_false <= allowed:
            found.append((one.n_called, one.lead_months or 0.0, one.n_false, parameters))
    return sorted(found, key=lambda one: (-one[0], -one[1], one[2]))[:n_shown]


def figures(panel: Panel) -> list[tuple[str, str, Score]]:
    """(outcome, rule, score) for both stretches, all outcomes, all rules that country-months can feed."""
    found = []
    for of in (CHOSEN_ON, REPORTED_ON):
        for label, column, n in OUTCOMES:
            known = until(panel.columns[column], panel, of[1])
            onsets: list[Onset] = find_onsets(known, n)
            raised = {"HDX Signals' rule": hdx_alarms(panel), " or ".join(COMPARED): alarms(either(panel))}
            raised |= {name: alarms(rule.fired(panel)) for name, rule in RULES.items() if rule.can_fire(panel)}
            told = f"{of[0].year}–{of[1].year - 1}, {n:,} {label}"
            found += [
                (told, name, score(one, known, onsets, n, months=stretch(panel, of))) for name, one in raised.items()
            ]
    return found


def slice_rows(name: str) -> list[dict[str, Any]]:
    """The events of a slice as its file tells them."""
    path = DATA / "ucdp" / name
    if name.endswith(".geojson"):
        return [one["properties"] for one in json.loads(path.read_text())["features"]]
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["date_start"].startswith("#")]


def read_slices() -> dict[str, Panel]:
    """Country -> its months: deaths of civilians, events and first-level units with events, zeros from the first on."""
    found = {}
    for code, (name, first) in SLICES.items():
        rows = slice_rows(name)
        last = max(row["date_start"][:7] for row in rows)
        n_months = (int(last[:4]) - first.year) * 12 + int(last[5:7]) - first.month + 1
        columns = {name: np.zeros((1, n_months)) for name in ("deaths_civilians", "deaths_best", "n_units")}
        units: dict[int, set[str]] = {}
        for row in rows:
            month = (int(row["date_start"][:4]) - first.year) * 12 + int(row["date_start"][5:7]) - first.month
            columns["deaths_civilians"][0, month] += float(row["deaths_civilians"])
            columns["deaths_best"][0, month] += float(row["best"])
            if row["adm_1"]:
                units.setdefault(month, set()).add(row["adm_1"])
        for month, there in units.items():
            columns["n_units"][0, month] = len(there)
        found[code] = Panel((code,), first, columns)
    return found


def spread_table(slices: dict[str, Panel]) -> str:
    """`spread` country by country: nothing can be drawn again from five of them, so there are no intervals."""
    lines = [
        "| country | months | outcome | onsets | called | called by HDX's rule | alarms | false | false a year |",
        "| --- | --- | --- | --: | --: | --: | --: | --: | --: |",
    ]
    for code, panel in slices.items():
        for label, column, n in (("250 civilians", "deaths_civilians", 250), ("1,000 all", "deaths_best", 1000)):
            deaths = panel.columns[column]
            onsets = find_onsets(deaths, n)
            raised = {"spread": alarms(RULES["spread"].fired(panel)), "hdx": hdx_alarms(panel)}
            one, other = (
                score(each, deaths, onsets, n, months=range(panel.n_months), draws=2) for each in raised.values()
            )
            span = f"{panel.first:%Y-%m} to {panel.month(panel.n_months - 1):%Y-%m}"
            lines.append(
                f"| {code} | {span} | {label} | {one.n_onsets} | {one.n_called} | {other.n_called} | {one.n_alarms} | "
                f"{one.n_false} | {one.false_a_year:.2f} |"
            )
    return "\n".join(lines)


def read_slice_weeks() -> dict[str, tuple[Panel, Panel]]:
    """Country -> deaths of civilians by week, from events known to the week; and its months, as in `read_slices`."""
    months = read_slices()
    found = {}
    for code, (name, first) in SLICES.items():
        monday = first - timedelta(days=first.weekday()) + timedelta(weeks=1 if first.weekday() else 0)
        rows = [row for row in slice_rows(name) if float(row["date_prec"]) <= 3]
        starts = [date.fromisoformat(row["date_start"][:10]) for row in rows]
        n_weeks = (max(starts) - monday).days // 7 + 1
        deaths = np.zeros((1, n_weeks))
        for row, start in zip(rows, starts, strict=True):
            if start >= monday:
                deaths[0, (start - monday).days // 7] += float(row["deaths_civilians"])
        found[code] = Panel((code,), monday, {"deaths_civilians": deaths}, "week"), months[code]
    return found


def weekly_table(slices: dict[str, tuple[Panel, Panel]]) -> str:
    """The rules of weeks on the same countries and onsets: an alarm counts for the month in which its week ends."""
    lines = [
        "| rule | country | onsets of 250 | called | lead, months | called by HDX | lead | alarms | false | a year |",
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, rule in WEEKLY.items():
        for code, (weeks, months) in slices.items():
            deaths = months.columns["deaths_civilians"]
            raised = np.zeros((1, months.n_months), dtype=np.bool_)
            for week in np.flatnonzero(alarms(rule.fired(weeks), HOLD_WEEKS)[0]).tolist():
                ends = months.index(weeks.month(week) + timedelta(days=6))
                raised[0, min(ends, months.n_months - 1)] = True
            onsets = find_onsets(deaths, 250)
            ours, hdx = (
                score(each, deaths, onsets, 250, months=range(months.n_months), draws=2)
                for each in (raised, hdx_alarms(months))
            )
            leads = ["–" if one.lead_months is None else f"{one.lead_months:.0f}" for one in (ours, hdx)]
            lines.append(
                f"| {name} | {code} | {ours.n_onsets} | {ours.n_called} | {leads[0]} | {hdx.n_called} | {leads[1]} | "
                f"{ours.n_alarms} | {ours.n_false} | {ours.false_a_year:.2f} |"
            )
    return "\n".join(lines)


def control_table(panel: Panel) -> str:
    """`control-gained`, alarm by alarm. Right: more gained in the three months after than in the three before."""
    lines = [
        "| country | alarm | gained, km² | three months before | three months after | came |",
        "| --- | --- | --: | --: | --: | --- |",
    ]
    gained = panel.columns["gained_km2"]
    raised = alarms(RULES["control-gained"].fired(panel))
    n_known = (~np.isnan(gained)).sum(axis=1)
    for unit, month in np.argwhere(raised).tolist():
        earlier = gained[unit, max(0, month - 3) : month].sum()
        later = gained[unit, month + 1 : month + 4]
        came = "not known yet" if len(later) < 3 else "more" if later.sum() > earlier else "not more: false"
        lines.append(
            f"| {panel.units[unit]} | {panel.month(month):%Y-%m} | {gained[unit, month]:,.0f} | {earlier:,.0f} | "
            f"{later.sum():,.0f} | {came} |"
        )
    false = sum("false" in line for line in lines)
    years = " ".join(f"{code}: {n} months known." for code, n in zip(panel.units, n_known.tolist(), strict=True))
    rate = false / (max(n_known.max() - 6, 1) / 12)
    return "\n".join(lines) + f"\n\n{years} False alarms a year, over the months that have six before them: {rate:.1f}."


def read_gained() -> Panel:
    """The one series of maps at hand, compared and summed by month and country."""
    from tocsin.prepare.signals.control import gained_by_month
    from tocsin.prepare.territory.comparing import compare_series
    from tocsin.prepare.territory.maps import Series, day_map

    drawn = {}
    with tarfile.open(fileobj=io.BytesIO(MAPS.read_bytes())) as packed:
        for member in packed:
            if named := re.search(r"_(\d{4})(\d\d)(\d\d)\.geojson", member.name):
                stream = packed.extractfile(member)
                assert stream is not None
                (feature,) = json.loads(stream.read())["features"]
                drawn[date(*map(int, named.groups()))] = shape(feature["geometry"])
    maps = [day_map(day, [drawn[day]], where=str(day)) for day in sorted(drawn)]
    compared = compare_series(Series("DeepStateMap", "Russian forces"), maps)
    gained = [
        msgspec.structs.asdict(one)
        for one in compared.changes
        if one.change == "gained" and not (one.is_sliver and one.on_redrawn_map)
    ]
    return gained_by_month([one.area_date for one in compared.days], gained)


def told() -> str:
    """All figures of the page as Markdown; takes half a minute, for the maps are compared anew."""
    return "\n\n".join(
        (
            table(figures(read_panel())),
            "**`spread`, on the countries whose single events are at hand.**",
            spread_table(read_slices()),
            "**The rules of weeks, on the same countries.**",
            weekly_table(read_slice_weeks()),
            "**`control-gained`, on one author's maps of one war.**",
            control_table(read_gained()),
        )
    )


def table(found: list[tuple[str, str, Score]]) -> str:
    """The figures as Markdown."""
    lines: list[str] = []
    for outcome in dict.fromkeys(told for told, _, _ in found):
        rows = [(name, one) for told, name, one in found if told == outcome]
        lines += [
            f"**{outcome} killed: {rows[0][1].n_onsets} onsets.**",
            "",
            "| rule | called | share (90 %) | months warned (90 %) | lead if called | alarms | false a year (90 %) |",
            "| --- | --: | --: | --: | --: | --: | --: |",
        ]
        for name, one in rows:
            lead = "–" if one.lead_months is None else f"{one.lead_months:.1f}"
            lines.append(
                f"| {name} | {one.n_called} | {one.recall:.0%} ({one.recall_from:.0%} to {one.recall_to:.0%}) | "
                f"{one.warned_months:.1f} ({one.warned_from:.1f} to {one.warned_to:.1f}) | {lead} | {one.n_alarms} | "
                f"{one.false_a_year:.1f} ({one.false_a_year_from:.1f} to {one.false_a_year_to:.1f}) |"
            )
        lines.append("")
    return "\n".join(lines).rstrip()


def write(text: str) -> None:
    """Put the figures into the page, between its marks."""
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(START)
    PAGE.write_text(f"{head}{START}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    """Print the back-test, and how long 200 situations over 35 years take."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--choose", action="store_true", help="repeat the choice of parameters")
    options.add_argument("--write", action="store_true", help="write the figures into the page")
    chosen = options.parse_args()
    if not SERIES.exists():
        print(f"signals: the series is not beside the project ({SERIES})")
        return
    panel = read_panel()
    if chosen.choose:
        print("signals: to 2009, called, lead, false, (floor, months, history; floor, quiet)")
        for one in choose(panel):
            print(f"  {one}")
    text = told()
    print(text)
    if chosen.write:
        write(text)
    places = {f"situation {n}": panel.units[n % len(panel.units) :][:2] for n in range(200)}
    start = time.perf_counter()
    summed = panel.summed(places)
    fired = sum(int(rule.fired(summed).sum()) for rule in RULES.values())
    took = time.perf_counter() - start
    print(f"\nsignals: 200 situations over {panel.n_months // 12} years, {fired:,} fired: {took:.2f} s")
    print(f"  goal {GOAL_S:g} s")


if __name__ == "__main__":
    main()
