"""Single events for a warning's page: all of a place and time or none, as precise as the publisher, under its terms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.prepare.desks import PreparedDesk
from tests.prepare.samples import a_ged_event
from tocsin.core.geography import UnknownCodeError
from tocsin.core.model.incidents import Incidents
from tocsin.prepare.errors import MissingError
from tocsin.prepare.incidents import MOST, find_incidents
from tocsin.warn.toml_writing import document, fields


def take(desk: PreparedDesk, **asked: Any) -> list[Incidents]:
    given: dict[str, Any] = {
        "countries": ["ARM"], "since": date(2020, 3, 1), "until": date(2020, 3, 31), "cannot_tell": "Deaths only.",
    }  # fmt: skip
    return find_incidents(desk.folder, **given | asked)


@pytest.fixture
def events(desk: PreparedDesk) -> PreparedDesk:
    desk.ged(
        a_ged_event(1, latitude=40.51234, longitude=45.56789),
        a_ged_event(2, date_start="2020-03-05", date_end="2020-03-11", date_prec=3, where_prec=4, adm_1="South"),
        a_ged_event(
            3, date_start="2020-03-09", date_end="2020-03-09", where_prec=6, type_of_violence=3, side_b="Civilians"
        ),
        a_ged_event(4, date_start="2020-04-01", date_end="2020-04-01"),
        a_ged_event(5, country="Azerbaijan", country_id=373),
    )
    desk.prepare()
    return desk


def test_all_events_of_a_place_and_time_are_taken_with_their_precision_and_range(events: PreparedDesk) -> None:
    (found,) = take(events)
    assert [one.id for one in found.incidents] == ["1", "2", "3"]
    first, second, third = found.incidents
    assert (first.date, first.date_precision, first.at) == ("2020-03-04", "day", (45.57, 40.51))
    assert (first.low, first.best, first.high) == (2, 4, 6)
    assert (second.date, second.place_precision) == ("2020-03-05/2020-03-11", "province")
    assert (third.kind, third.place_precision, third.at) == ("one-sided", "country", None)
    asked = "All events in Armenia that may have begun from 2020-03-01 to 2020-03-31"
    assert found.selection == f"{asked}: 3 of this release."


def test_producer_licence_release_and_warnings_travel_with_them(events: PreparedDesk) -> None:
    (found,) = take(events)
    assert found.producer.startswith("Uppsala Conflict Data Program")
    assert (found.licence, found.release) == ("CC-BY-4.0", "UCDP Georeferenced Event Dataset, 24.1")
    assert "Name UCDP and the release wherever a number from it is shown." in found.warnings
    assert any("coordinates stand for an area" in warning for warning in found.warnings)
    assert found.cannot_tell == "Deaths only."


def test_divisions_and_kinds_narrow_them(events: PreparedDesk) -> None:
    assert [one.id for one in take(events, adm1=["South"])[0].incidents] == ["2"]
    (found,) = take(events, kinds=["one-sided"])
    assert [one.id for one in found.incidents] == ["3"]
    assert found.label == "One-sided events, Armenia, 2020-03-01 to 2020-03-31"


def test_two_releases_are_two_lists(events: PreparedDesk) -> None:
    events.candidates(a_ged_event(90, date_start="2025-03-04", date_end="2025-03-04"), version="25.0.3")
    events.prepare()
    found = take(events, until=date(2025, 12, 31))
    assert [(one.id, len(one.incidents)) for one in found] == [("ucdp-ged-24-1", 4), ("ucdp-ged-25-0-3", 1)]


def test_nothing_found_says_what_there_is(events: PreparedDesk) -> None:
    with pytest.raises(MissingError, match="divisions there: North, South"):
        take(events, adm1=["Nroth"])
    with pytest.raises(UnknownCodeError):
        take(events, countries=["ARN"])
    with pytest.raises(MissingError, match="no event is in it"):
        take(events, since=date(2019, 1, 1), until=date(2019, 1, 2))


def test_more_than_a_page_bears_are_refused_never_cut(desk: PreparedDesk) -> None:
    desk.ged(*(a_ged_event(number) for number in range(1, MOST + 2)))
    desk.prepare()
    with pytest.raises(MissingError, match="501 events are more than a page bears"):
        take(desk)


def test_what_is_taken_is_read_back_from_a_case_as_it_was(events: PreparedDesk) -> None:
    import tomllib

    import msgspec

    found = take(events)
    text = document({"incidents": [fields(one) for one in found]})
    assert [msgspec.convert(one, Incidents) for one in tomllib.loads(text)["incidents"]] == found
