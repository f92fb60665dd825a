"""Events into country-months: what is counted, what stays open, what is zero, and what is never counted twice."""

from __future__ import annotations

import datetime as dt

from tests.prepare.desks import PreparedDesk
from tests.prepare.samples import a_ged_event, an_acled_event


def test_a_month_sums_its_events_and_keeps_the_range(desk: PreparedDesk) -> None:
    desk.ged(
        a_ged_event(1, best=4, low=2, high=6),
        a_ged_event(2, best=10, low=10, high=30, type_of_violence=3, side_b="Civilians", deaths_civilians=10),
        a_ged_event(3, best=1, low=1, high=1, date_start="2020-04-01", date_end="2020-04-01"),
    )
    desk.prepare()
    march = desk.month("ARM", "2020-03")
    assert (march["n_events"], march["n_events_state_based"], march["n_events_one_sided"]) == (2, 1, 1)
    assert (march["fatalities_low"], march["fatalities_best"], march["fatalities_high"]) == (12, 14, 36)
    assert (march["fatalities_one_sided_best"], march["fatalities_civilians_best"]) == (10, 10)
    assert (march["country_gw"], march["country_m49"], march["country_name"]) == (371, "051", "Armenia")
    assert march["month"] == dt.date(2020, 3, 1)
    assert desk.month("ARM", "2020-04")["fatalities_best"] == 1


def test_a_month_between_two_events_is_a_zero_of_ours_and_says_so(desk: PreparedDesk) -> None:
    later = {"date_start": "2020-06-30", "date_end": "2020-06-30"}
    desk.ged(a_ged_event(1), a_ged_event(2, **later))
    desk.prepare()
    months = {row["month"].month: row for row in desk.rows("ready/country_month")}
    assert sorted(months) == [3, 4, 5, 6]
    assert [months[n]["is_filled"] for n in (3, 4, 5, 6)] == [False, True, True, False]
    assert (months[4]["n_events"], months[4]["fatalities_high"]) == (0, 0)


def test_a_country_that_a_small_release_does_not_hold_gets_no_zeros(desk: PreparedDesk) -> None:
    georgian = {"country": "Georgia", "country_id": 372, "date_start": "2020-09-01", "date_end": "2020-09-01"}
    desk.ged(a_ged_event(1), a_ged_event(2, **georgian))
    desk.prepare()
    found = {(row["country_iso3"], row["month"].month) for row in desk.rows("ready/country_month")}
    assert found == {("ARM", 3), ("GEO", 9)}


def test_a_release_of_the_world_covers_its_countries_from_its_first_month_to_its_last(desk: PreparedDesk) -> None:
    states = [2, 20, 40, 41, 42, 70, 90, 91, 92, 93, 94, 95, 100, 101, 130, 135, 140, 145, 150, 155]
    rows = [a_ged_event(n, country="Somewhere", country_id=gw) for n, gw in enumerate(states, start=1)]
    desk.ged(*rows, a_ged_event(99, country_id=2, date_start="2020-05-05", date_end="2020-05-05"))
    desk.prepare()
    assert desk.month("CUB", "2020-05")["is_filled"]
    assert len(desk.rows("ready/country_month")) == 3 * len(states)


def test_a_month_with_an_event_without_a_range_has_no_range(desk: PreparedDesk) -> None:
    desk.candidates(a_ged_event(1))
    desk.prepare()
    row = desk.month("ARM", "2020-03")
    assert (row["fatalities_low"], row["fatalities_best"], row["fatalities_high"]) == (None, 4, None)
    assert row["n_events_without_range"] == 1


def test_an_event_that_may_have_been_in_another_month_is_counted_as_unsure(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1, date_end="2020-04-02", date_prec=4), a_ged_event(2))
    desk.prepare()
    assert desk.month("ARM", "2020-03")["n_events_month_unsure"] == 1


def test_an_event_that_ucdp_still_checks_is_counted_as_unchecked(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1, code_status="Check deaths"), a_ged_event(2))
    desk.prepare()
    assert desk.month("ARM", "2020-03")["n_events_unchecked"] == 1


def test_one_event_in_two_releases_is_counted_once_as_the_later_has_it(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1, best=4), version="24.1")
    desk.ged(a_ged_event(1, best=5), version="25.1")
    desk.prepare()
    row = desk.month("ARM", "2020-03")
    assert (row["n_events"], row["fatalities_best"]) == (1, 5)


def test_a_yearly_release_settles_the_candidate_events_of_its_countries_and_years(desk: PreparedDesk) -> None:
    later = {"date_start": "2025-03-04", "date_end": "2025-03-04", "year": 2025}
    georgian = {"country": "Georgia", "country_id": 372}
    desk.ged(a_ged_event(1, best=5, high=9), version="25.1")
    desk.candidates(a_ged_event(501), a_ged_event(502, **georgian), a_ged_event(503, **later), version="25.0.3")
    desk.prepare()
    assert desk.month("ARM", "2020-03")["fatalities_best"] == 5, "the candidate event is settled"
    assert desk.month("ARM", "2025-03")["n_events"] == 1, "25.1 settles no event of 2025"
    assert desk.month("GEO", "2020-03")["n_events"] == 1, "this 25.1 is a slice that does not hold Georgia"


def test_two_publishers_stand_side_by_side_and_are_never_added(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.acled(an_acled_event(1), an_acled_event(2, civilian_targeting="Civilian targeting"))
    desk.prepare()
    ucdp, acled = desk.month("ARM", "2020-03"), desk.month("ARM", "2020-03", source="acled")
    assert (ucdp["fatalities_best"], acled["fatalities_best"]) == (4, 6)
    assert (acled["n_events"], acled["n_events_civilian_targeted"], acled["n_events_state_based"]) == (2, 1, None)
    assert (acled["fatalities_low"], acled["fatalities_high"]) == (None, None), "ACLED gives no range"
    assert acled["known_at"].isoformat() == "2020-09-13T12:26:40", "ACLED says when it last changed a row"
