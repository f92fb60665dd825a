"""Series by week, unit and actor count each event once, in the period in which it may have begun, with its range."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
import shapely

from tests.collect.desks import SOURCES
from tests.prepare.desks import PreparedDesk
from tests.prepare.samples import a_ged_event
from tocsin.core.geography import UnknownCodeError
from tocsin.prepare.errors import MissingError
from tocsin.prepare.signals.control import Control, gained_by_month
from tocsin.prepare.signals.coverage import read_coverage
from tocsin.prepare.signals.events import read_series, with_units
from tocsin.prepare.signals.rules import RULES
from tocsin.prepare.signals.situations import (
    find_control_signals,
    find_signals,
    read_months,
    read_weeks_of,
    read_widest,
)
from tocsin.review.signals import as_candidate

COUNTS = (
    "ucdp_event_count", "ucdp_fatalities_best", "ucdp_fatalities_high", "ucdp_civilian_deaths",
    "ucdp_peak_event_fatalities", "ucdp_fatality_uncertainty", "ucdp_state_based_events", "ucdp_non_state_events",
    "ucdp_one_sided_events",
)  # fmt: skip


@pytest.fixture
def events(desk: PreparedDesk) -> PreparedDesk:
    desk.ged(
        a_ged_event(1, date_start="2020-03-02", date_end="2020-03-02", adm_1="North"),
        a_ged_event(2, date_start="2020-03-08", date_end="2020-03-09", date_prec=2, adm_1="South"),
        a_ged_event(
            3, date_start="2020-03-31", date_end="2020-04-01", date_prec=2, adm_1="North", best=1, low=1, high=1,
        ),
        a_ged_event(
            4, date_start="2020-05-20", date_end="2020-05-20", adm_1="", type_of_violence=3, side_a="Front",
            side_a_new_id=4, side_b="Civilians", side_b_new_id=9999, deaths_civilians=4,
        ),
        a_ged_event(5, date_start="2020-05-01", date_end="2020-05-01", country="Azerbaijan", country_id=373),
    )  # fmt: skip
    desk.prepare()
    return desk


def series(desk: PreparedDesk, **asked: Any) -> dict[tuple[str, str], tuple[int, int | None, int, int]]:
    """(series, first day) -> events, low, best, unsure; of periods with events."""
    found = read_series(desk.folder, countries=["ARM"], **asked)
    return {
        (one.of, f"{one.from_date}"): (one.n_events, one.fatalities_low, one.fatalities_best, one.n_events_unsure)
        for one in found
        if one.n_events
    }


def test_a_week_begins_on_monday_and_says_which_events_may_belong_to_another(events: PreparedDesk) -> None:
    assert series(events, step="week") == {
        ("ARM", "2020-03-02"): (2, 4, 8, 1),  # the 8th is a Sunday, the 9th the next week's Monday
        ("ARM", "2020-03-30"): (1, 1, 1, 0),
        ("ARM", "2020-05-18"): (1, 2, 4, 0),
    }


def test_a_month_says_the_same_as_the_ready_table(events: PreparedDesk) -> None:
    by_month = series(events, step="month")
    assert by_month["ARM", "2020-03-01"] == (3, 5, 9, 1)
    row = events.month("ARM", "2020-03")
    told = (row["n_events"], row["fatalities_low"], row["fatalities_best"], row["n_events_month_unsure"])
    assert told == by_month["ARM", "2020-03-01"]


def test_periods_that_the_source_covers_are_zeros_and_all_events_are_counted_once(events: PreparedDesk) -> None:
    months = read_series(events.folder, countries=["ARM"])
    assert [(f"{one.from_date:%m}", one.n_events) for one in months] == [("03", 3), ("04", 0), ("05", 1)]
    weeks = read_series(events.folder, countries=["ARM"], step="week")
    assert sum(one.n_events for one in weeks) == 4
    gaps = {(later.from_date - one.from_date).days for one, later in itertools.pairwise(weeks)}
    assert gaps == {7}
    assert all(one.from_date.weekday() == 0 for one in weeks)


def test_units_and_actors_are_series_of_their_own(events: PreparedDesk) -> None:
    units = series(events, by="unit")
    assert units["ARM: North", "2020-03-01"] == (2, 3, 5, 1)
    assert units["ARM: unit not known", "2020-05-01"] == (1, 2, 4, 0)
    actors = series(events, by="actor")
    assert actors["ARM: Front", "2020-03-01"][0] == 3
    assert actors["ARM: Front", "2020-05-01"][0] == 1
    assert not any("Civilians" in of for of, _ in actors)


def test_a_range_that_one_event_lacks_is_open(events: PreparedDesk) -> None:
    events.candidates(a_ged_event(90, date_start="2025-03-04", date_end="2025-03-04"), version="25.0.3")
    events.prepare()
    (found,) = read_series(events.folder, countries=["ARM"], since=date(2025, 3, 1))
    assert (found.fatalities_low, found.fatalities_best, found.fatalities_high) == (None, 4, None)


def test_countries_without_events_and_codes_that_do_not_exist_are_refused(events: PreparedDesk) -> None:
    with pytest.raises(MissingError, match="no events of ucdp-ged in PRT"):
        read_series(events.folder, countries=["PRT"])
    with pytest.raises(UnknownCodeError):
        read_series(events.folder, countries=["ARN"])


def test_spread_is_asked_of_the_units_with_events(desk: PreparedDesk) -> None:
    days = [f"{2018 + n // 12}-{n % 12 + 1:02}-03" for n in range(24)]
    quiet = [a_ged_event(n, year=day[:4], date_start=day, date_end=day) for n, day in enumerate(days)]
    spread = [
        a_ged_event(50 + n, date_start="2020-01-05", date_end="2020-01-05", adm_1=name)
        for n, name in enumerate(("North", "South", "East"))
    ]
    desk.ged(*quiet, *spread)
    desk.prepare()
    panel, said_of = read_months(desk.folder)
    assert panel.columns["n_units"][0].tolist() == [1.0] * 24 + [3.0]
    fired = find_signals(panel, {"s": ["ARM"]}, said_of=said_of)
    assert [(one.rule.name, one.month, one.values[-1]) for one in fired if one.rule.name == "spread"] == [
        ("spread", date(2020, 1, 1), 3.0)
    ]


def test_a_situation_is_asked_of_the_source_that_covers_it_longest(desk: PreparedDesk) -> None:
    desk.ged(
        a_ged_event(1, date_start="2020-01-05", date_end="2020-01-05"),
        a_ged_event(2, date_start="2020-03-05", date_end="2020-03-05"),
        a_ged_event(3, date_start="2020-01-05", date_end="2020-01-05", country="Georgia", country_id=372),
    )
    months = [f"{2019 + n // 12}-{n % 12 + 1:02}" for n in range(480)]
    desk.country_months(
        {"country_iso3": "ARM", "year_month": month, **dict.fromkeys(COUNTS, 0), "ucdp_has_conflict": "False"}
        for month in months
    )
    desk.prepare()
    situations = {"long": ["ARM"], "short": ["GEO"]}
    read = {key: (panel, said) for panel, said, its in read_widest(desk.folder, situations) for key in its}
    assert read["long"][0].n_months == 480
    assert "derived from" in read["long"][1].lower()
    assert read["short"][0].units == ("ARM", "GEO"), "of UCDP's own events"


def weeks_of_killing(desk: PreparedDesk, *killed: int) -> None:
    """Civilians killed in the weeks from Monday 7 January 2019 on, one event a week."""
    days = [f"{date(2019, 1, 7) + timedelta(weeks=n)}" for n in range(len(killed))]
    desk.ged(
        *(
            a_ged_event(n, year=day[:4], date_start=day, date_end=day, best=max(one, 1), low=one, high=max(one, 1),
                        deaths_civilians=one)
            for n, (day, one) in enumerate(zip(days, killed, strict=True))
        ),
        a_ged_event(900, date_start="2019-02-04", date_end="2019-02-28", date_prec=4, best=500, low=1, high=500,
                    deaths_civilians=500, year=2019),
    )  # fmt: skip
    desk.prepare()


def test_rules_of_weeks_ask_weeks_and_events_known_to_them_only(desk: PreparedDesk) -> None:
    weeks_of_killing(desk, *[1] * 60, 25, *[1] * 8)
    panel, said_of = read_weeks_of(desk.folder)
    assert (panel.step, panel.first) == ("week", date(2019, 1, 7))
    assert panel.columns["deaths_civilians"].max() == 25, "500 of an event known to the month make no week"
    fired = find_signals(panel, {"s": ["ARM"]}, said_of=said_of, since=date(2019, 1, 1))
    assert [(one.rule.name, one.told(one.month), one.values[-1]) for one in fired] == [
        ("week-level", "2020-03-02", 25.0)
    ], "28 in four weeks are under the floor of week-surge"
    candidate = as_candidate(fired[0]).candidate
    assert candidate.signal is not None
    assert (candidate.signal.month, candidate.signal.window_from) == ("2020-03-02", "2019-03-04")
    assert "the week of 2020-03-02" in candidate.passage


def test_a_surge_of_weeks_is_set_against_the_half_year_before(desk: PreparedDesk) -> None:
    weeks_of_killing(desk, *[1] * 40, 10, 10, 10, 10, 1, 1)
    panel, said_of = read_weeks_of(desk.folder)
    fired = find_signals(panel, {"s": ["ARM"]}, said_of=said_of, since=date(2019, 1, 1))
    assert [(one.rule.name, one.told(one.month)) for one in fired] == [("week-surge", "2019-10-28")]


def test_a_country_of_which_civilians_are_not_counted_has_unknown_weeks(desk: PreparedDesk) -> None:
    desk.candidates(*(a_ged_event(n, date_start=f"2025-01-{n:02}", date_end=f"2025-01-{n:02}") for n in (6, 14)))
    desk.prepare()
    panel, _ = read_weeks_of(desk.folder)
    assert np.isnan(panel.columns["deaths_civilians"][0, :2]).all()
    assert panel.columns["n_events"][0, :2].tolist() == [1.0, 1.0]


def test_country_months_without_events_have_no_units_to_ask(events: PreparedDesk) -> None:
    panel, _ = read_months(events.folder)
    bare = with_units(
        msgspec.structs.replace(panel, columns={"n_events": panel.columns["n_events"]}), events.folder, "x"
    )
    assert "n_units" not in bare.columns
    assert not RULES["spread"].can_fire(bare)


def piece(longitude: float, latitude: float, day: date, km2: float) -> dict[str, Any]:
    around = shapely.box(longitude, latitude, longitude + 0.01, latitude + 0.01)
    return {"area_date": day, "area_km2": km2, "geometry": shapely.to_wkb(around)}


def test_ground_gained_is_summed_by_month_and_country_and_unknown_without_maps() -> None:
    days = [date(2024, 1, 8), date(2024, 2, 1), date(2024, 2, 2), date(2024, 4, 1)]
    gained = [
        piece(38.0, 48.5, date(2024, 2, 1), 10.0), piece(38.1, 48.6, date(2024, 2, 2), 5.0),
        piece(35.2, 51.3, date(2024, 4, 1), 7.0), piece(38.0, 48.5, date(2024, 1, 8), 99.0),
    ]  # fmt: skip
    made = gained_by_month(days, gained)
    assert (made.units, made.first) == (("RUS", "UKR"), date(2024, 1, 1))
    np.testing.assert_equal(made.columns["gained_km2"], [[np.nan, 0, np.nan, 7], [np.nan, 15, np.nan, 0]])


def test_control_gained_is_asked_of_each_authors_maps_apart() -> None:
    days = [date(2024, month, 1) for month in range(1, 8)]
    gained = [piece(38.0, 48.5, date(2024, month, 1), 20.0) for month in range(1, 7)]
    panels = [gained_by_month(days, [*gained, piece(38.0, 48.5, date(2024, 7, 1), last)]) for last in (50.0, 39.0)]
    controls = [
        Control(stated_by=name, holder="a side", panel=panel, said_of=f"maps by {name}")
        for name, panel in zip(("One", "Other"), panels, strict=True)
    ]
    (fired,) = find_control_signals(controls, {"s": ["UKR", "POL"], "elsewhere": ["ARM"]})
    assert (fired.situation, fired.rule.name, fired.series_of) == ("s", "control-gained", "One: a side")
    assert fired.values == (20.0,) * 6 + (50.0,)


def test_news_is_counted_by_week_as_records_and_a_week_without_one_has_no_row(desk: PreparedDesk) -> None:
    (sample,) = (SOURCES / "gdelt" / "sample").glob("*export*")
    records = [line.split("\t") for line in sample.read_text().splitlines()]
    days = [date(2015, 2, 18), date(2015, 2, 22), date(2015, 3, 9)]  # a Wednesday, the Sunday after, a Monday
    lines = []
    for number, day in enumerate(days):
        record = records[0].copy()
        record[0], record[1], record[53] = str(700 + number), f"{day:%Y%m%d}", "AM"  # FIPS 10-4 of Armenia
        lines.append("\t".join(record))
    desk.files.mkdir()
    (desk.files / sample.name).write_text("\n".join(lines) + "\n")
    desk.collecting.run("gdelt", desk.files / sample.name)
    found = read_coverage(desk.folder, countries=["ARM"], step="week")
    assert [(one.of, f"{one.from_date}", one.n_records) for one in found] == [
        ("ARM", "2015-02-16", 2),
        ("ARM", "2015-03-09", 1),
    ]
    assert found[0].n_mentions == 2 * int(records[0][31])
    months = read_coverage(desk.folder, countries=["ARM"], since=date(2015, 3, 1))
    assert [(f"{one.from_date}", one.n_records) for one in months] == [("2015-03-01", 1)]
    with pytest.raises(MissingError, match="no records of GDELT in PRT"):
        read_coverage(desk.folder, countries=["PRT"])
