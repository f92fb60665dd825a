"""The signals of situations: country-months and compared maps, summed over each one's countries; every rule asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pyarrow.compute as pc

from tocsin.core import geography
from tocsin.prepare.errors import MissingError
from tocsin.prepare.signals.control import Control
from tocsin.prepare.signals.events import EVENTS, read_weeks, with_units
from tocsin.prepare.signals.panel import Panel, panel_of
from tocsin.prepare.signals.rules import RULES, Rule
from tocsin.prepare.signals.weekly import HOLD_WEEKS, WEEKLY
from tocsin.prepare.store import Prepared, Sidecar

TABLE = "ready/country_month"
COLUMNS = {
    "fatalities_low": "deaths_low",
    "fatalities_best": "deaths_best",
    "fatalities_high": "deaths_high",
    "fatalities_civilians_best": "deaths_civilians",
    "n_events": "n_events",
    "n_events_one_sided": "n_events_one_sided",
}
PREFERRED = ("ucdp-ged", "ucdp-country-months")
GED_STARTS = date(1989, 1, 1)
HOLD_MONTHS = 6


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that fired for one situation. values: of the rule's series, one for each month of its window.

    step: `month` and `window_from` are first days of months, or of weeks
    """

    situation: str
    countries: tuple[str, ...]
    rule: Rule
    month: date
    window_from: date
    step: Literal["month", "week"] = "month"
    series_of: str = ""
    """Whose series it is, where there may be several of one kind: who drew the maps, of whose ground."""
    values: tuple[float | None, ...]
    source: str

    def told(self, day: date) -> str:
        """A period by its first day: the month, YYYY-MM, or the day on which the week began."""
        return f"{day:%Y-%m-%d}" if self.step == "week" else f"{day:%Y-%m}"


def read_months(desk: Path, source: str = "") -> tuple[Panel, str]:
    """(country-months of one source as a panel, whose they are in a sentence). Figures of two sources are never mixed.

    source: its name; else UCDP's own events, else what others derived from them
    Raises MissingError when there is no such table or source.
    """
    prepared = Prepared(desk)
    table = prepared.read(TABLE, ["source", "country_iso3", "month", *COLUMNS])
    there = set(table["source"].to_pylist())
    chosen = source or next((one for one in (*PREFERRED, *sorted(there)) if one in there), "")
    if chosen not in there:
        known = ", ".join(sorted(there)) or "none"
        raise MissingError(f"there are no country-months of {chosen or 'any source'}", remedy=f"There are: {known}")
    kept = [row for row in table.filter(pc.field("source") == chosen).to_pylist() if row["country_iso3"]]
    values = (
        (row["country_iso3"], row["month"], [np.nan if row[name] is None else row[name] for name in COLUMNS])
        for row in kept
    )
    known_from = GED_STARTS if chosen.startswith("ucdp") else date(1900, 1, 1)
    panel = with_units(panel_of(values, list(COLUMNS.values()), known_from=known_from), desk, chosen)
    return panel, _said_of(prepared.sidecar(TABLE), chosen)


def read_widest(
    desk: Path, situations: Mapping[str, Sequence[str]]
) -> list[tuple[Panel, str, dict[str, Sequence[str]]]]:
    """Country-months of the source that covers each situation's countries for most months, with those situations.

    Figures of two sources are never mixed: a situation is asked of one, of UCDP's own events where two cover as much.
    Raises MissingError when there is no such table.
    """
    there = set(Prepared(desk).read(TABLE, ["source"])["source"].to_pylist())
    names = [one for one in (*PREFERRED, *sorted(there)) if one in there]
    read = [read_months(desk, name) for name in dict.fromkeys(names)] or [read_months(desk)]
    found: list[dict[str, Sequence[str]]] = [{} for _ in read]
    for key, codes in situations.items():
        known = [int((~np.isnan(panel.summed({key: codes}).columns["n_events"])).sum()) for panel, _ in read]
        found[known.index(max(known))][key] = codes
    return [(panel, said_of, its) for (panel, said_of), its in zip(read, found, strict=True) if its]


def read_weeks_of(desk: Path, source: str = "") -> tuple[Panel, str]:
    """The same by week, from single events: of UCDP when no source is named. Raises MissingError."""
    chosen = source or PREFERRED[0]
    return read_weeks(desk, chosen), _said_of(Prepared(desk).sidecar(EVENTS), chosen)


def find_signals(
    panel: Panel, situations: Mapping[str, Sequence[str]], *, said_of: str, since: date | None = None
) -> list[Fired]:
    """Every month since `since` in which a rule raises its hand for a situation, by situation, month and rule; every
    week, by the rules of weeks, where the panel is by weeks.

    situations: key -> ISO 3166-1 alpha-3 codes; raises geography.UnknownCodeError, with the nearest, for another code.
    since: the year before the last month, when not given. A rule is silent for six months (eight weeks) after it fired.
    """
    from tocsin.prepare.signals.backtest import alarms

    for codes in situations.values():
        for code in codes:
            geography.get_country(code)
    if not situations:
        return []
    summed = panel.summed(situations)
    weekly = panel.step == "week"
    rules, hold, year = (WEEKLY, HOLD_WEEKS, 52) if weekly else (RULES, HOLD_MONTHS, 12)
    start = max(0, summed.index(since)) if since else max(0, summed.n_months - year)
    found = []
    for rule in rules.values():
        if not rule.can_fire(summed):
            continue
        raised = alarms(rule.fired(summed), hold)
        for unit, month in np.argwhere(raised).tolist():
            if month >= start:
                found.append(_fired(summed, situations, rule, unit, month, said_of))
    return sorted(found, key=lambda one: (one.situation, one.month, one.rule.name))


def find_control_signals(
    controls: Sequence[Control], situations: Mapping[str, Sequence[str]], *, since: date | None = None
) -> list[Fired]:
    """The same of maps of control: for each situation and author, the ground gained in its countries."""
    found: list[Fired] = []
    for one in controls:
        there = {key: [code for code in codes if code in one.panel.units] for key, codes in situations.items()}
        fired = find_signals(
            one.panel, {k: codes for k, codes in there.items() if codes}, said_of=one.said_of, since=since
        )
        whose = f"{one.stated_by}: {one.holder}"
        found += [msgspec.structs.replace(each, series_of=whose) for each in fired]
    return sorted(found, key=lambda one: (one.situation, one.month, one.series_of))


def _fired(
    panel: Panel, situations: Mapping[str, Sequence[str]], rule: Rule, unit: int, month: int, said_of: str
) -> Fired:
    first = max(0, month - rule.window + 1)
    values = panel.columns[rule.series][unit, first : month + 1].tolist()
    key = panel.units[unit]
    return Fired(
        situation=key,
        countries=tuple(situations[key]),
        rule=rule,
        month=panel.month(month),
        step=panel.step,
        window_from=panel.month(first),
        values=tuple(None if value != value else value for value in values),
        source=said_of,
    )


def _said_of(sidecar: Sidecar, source: str) -> str:
    found = [one for one in sidecar.origins if one.source == source]
    said = [f"{one.origin.producer}, {one.origin.title} {one.release} ({one.origin.licence})" for one in found]
    return "; ".join(said) or source
