"""What bad input gets: a table is refused whole with its rows named, and the last good one stays."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.prepare.desks import PreparedDesk
from tests.prepare.samples import a_ged_event, an_acled_event
from tocsin.prepare.store import Prepared


def kept(store: Prepared) -> dict[str, bytes]:
    """Every file of the prepared layers that is not a run's own."""
    found = [*store.folder.glob("clean/**/*"), *store.folder.glob("ready/**/*"), store.folder / "prepared.json"]
    return {str(file): file.read_bytes() for file in found if file.is_file()}


BAD = {
    "Armenia was no state in 1985": (
        a_ged_event(77, year=1985, date_start="1985-03-04", date_end="1985-03-04"),
        "its country existed that year, by the publisher's code or name",
    ),
    "Yugoslavia is gone by its name": (
        a_ged_event(77, country_id="", country="Yugoslavia"),
        "its country existed that year, by the publisher's code or name",
    ),
    "nobody knows this number": (a_ged_event(77, country_id=999), "its country existed that year"),
    "low above high": (("low", 50), "the publisher's low, best and high are in order"),
    "beyond the pole": (("latitude", 95.0), "latitude_deg is between -90 and 90"),
    "more deaths than people": (("best", 20_000_000), "fatalities_best is between 0 and 10000000"),
}
"""A row that must not stand, or a field of it that collect itself turns away, so that it is forged behind its back."""


@pytest.mark.parametrize("why", BAD)
def test_a_row_that_breaks_a_rule_refuses_its_table_by_name_and_leaves_the_last_good_one(
    desk: PreparedDesk, why: str
) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    before, current = kept(desk.store), desk.store.current()
    bad, rule = BAD[why]
    if isinstance(bad, tuple):
        desk.ged(a_ged_event(77), version="25.1")
        _forge(desk, *bad)
    else:
        desk.ged(*(a_ged_event(n) for n in range(2, 60)), bad, version="25.1")
    said = desk.refuses()
    assert rule in said
    assert "event_id ucdp-ged:77" in said
    assert "The last good table stays" in said
    assert desk.store.current() == current
    assert kept(desk.store) == before


def _forge(desk: PreparedDesk, field: str, value: float) -> None:
    part, rows = _raw(desk)
    of = rows.schema.field(field)
    pq.write_table(rows.set_column(rows.schema.get_field_index(field), of, pa.array([value], of.type)), part)


def _raw(desk: PreparedDesk) -> tuple[Path, pa.Table]:
    (part,) = desk.folder.glob("tables/raw/ucdp-ged/25.1/*/events/part-0000.parquet")
    return part, pq.read_table(part)


def test_a_key_that_names_two_rows_refuses_the_table(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    current = desk.store.current()
    desk.ged(a_ged_event(77), version="25.1")
    part, rows = _raw(desk)
    pq.write_table(pa.concat_tables([rows, rows]), part)
    said = desk.refuses()
    assert "event_id name one row, and 1 rows break it: event_id ucdp-ged:77" in said
    assert desk.store.current() == current


def test_a_refused_table_does_not_hold_back_the_others(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    desk.ged(a_ged_event(77, country_id=999), version="25.1")
    desk.acled(an_acled_event(1))
    assert "clean/ucdp-ged" in desk.refuses()
    sources = {row["source"] for row in desk.rows("ready/country_month")}
    assert sources == {"ucdp-ged", "acled"}, "the last good events of UCDP, and ACLED's new ones"


def test_many_rows_that_break_a_rule_are_counted_and_the_first_are_named(desk: PreparedDesk) -> None:
    desk.ged(*(a_ged_event(n, country_id=999) for n in range(100, 140)))
    said = desk.refuses()
    assert "40 rows break it" in said
    assert said.count("event_id ucdp-ged:") == 10
    assert "and 30 more" in said


def test_a_zero_for_a_country_that_did_not_exist_is_left_out_but_a_death_refuses_the_table(desk: PreparedDesk) -> None:
    zero = {
        "country_iso3": "ARM", "year_month": "1985-01", "ucdp_event_count": 0, "ucdp_fatalities_best": 0,
        "ucdp_fatalities_high": 0, "ucdp_civilian_deaths": 0, "ucdp_peak_event_fatalities": 0,
        "ucdp_fatality_uncertainty": 0, "ucdp_state_based_events": 0, "ucdp_non_state_events": 0,
        "ucdp_one_sided_events": 0, "ucdp_has_conflict": 0,
    }  # fmt: skip
    desk.country_months([zero, zero | {"year_month": "2020-01"}])
    desk.prepare()
    assert [row["month"].year for row in desk.rows("ready/country_month")] == [2020]
    deadly = {"ucdp_event_count": 1, "ucdp_state_based_events": 1, "ucdp_fatalities_best": 3, "ucdp_fatalities_high": 3}
    desk.country_months([zero | deadly])
    said = desk.refuses()
    assert "country_name ARM" in said
    assert "1985-01-01" in said


def test_the_invented_country_of_collects_own_sample_is_refused_by_name(desk: PreparedDesk) -> None:
    from tests.collect.desks import SOURCES

    desk.collecting.run("ucdp-ged", SOURCES / "ucdp-ged" / "sample" / "GEDEvent_v31_0_3.csv")
    assert "publisher_country Freedonia, publisher_country_code 999" in desk.refuses()


def test_a_desk_without_tables_is_told_what_to_do(desk: PreparedDesk) -> None:
    assert "tocsin collect run" in desk.refuses()


def test_a_source_that_is_not_prepared_is_refused_with_those_that_are(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    assert "ucdp-ged" in desk.refuses("no-such-source")
