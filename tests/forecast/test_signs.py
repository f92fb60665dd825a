"""From claims on record to the desk's signs: which count, as of which day, and whose reporting they are."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.cases import ARMENIA
from tests.forecast.events import made_up_events
from tests.forecast.test_filing_all_targets import KEY, order
from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.sources import Citation, Source
from tocsin.forecast.alert.baselines import Rule
from tocsin.forecast.alert.panel import GED_BEGINS
from tocsin.forecast.alert.running import run_alert
from tocsin.forecast.alert.signs import coded_claims, weigh_signs
from tocsin.forecast.register.chances import find_chance
from tocsin.forecast.register.store import Register
from tocsin.warn.case_files import CaseFiles

DAY = date(2023, 6, 1)
AGENCY, NGO, LATE = "S1", "S2", "S3"
SOURCES = {
    AGENCY: Source(id=AGENCY, publisher="Agency", date="2023-05-01"),
    NGO: Source(id=NGO, publisher="NGO", date="2023-05-10"),
    "S4": Source(id="S4", publisher="Paper", origin="agency", date="2023-05-02"),
    LATE: Source(id=LATE, publisher="Historian", date="2023-07-01"),
}


def claim(date: str, *sources: str, indicators: tuple[str, ...] = ("PRE-04", "CTX-01")) -> Claim:
    return Claim(
        id="C1",
        text="The road is closed.",
        kind="event",
        asserted_by="somebody",
        sources=tuple(Citation(source=each) for each in sources),
        date=date,
        indicators=indicators,
        grade=Grade(source="C", information="3"),
    )


@pytest.mark.parametrize(
    ("one", "expected", "why"),
    [
        (claim("2023-05-03", AGENCY), [("2023-05-03", "agency")], "the day it tells of"),
        (claim("2023-05", AGENCY), [("2023-05-31", "agency")], "the last day that it may mean"),
        (claim("2022-12-12/..", AGENCY), [("2023-06-01", "agency")], "it goes on"),
        (claim("2023-05/2023-09", AGENCY), [("2023-06-01", "agency")], "it goes on until after the day"),
        (claim("2023-08-01", AGENCY), [("2023-08-01", "agency")], "announced for later: not yet"),
        (claim("", AGENCY), [], "nobody knows when"),
        (claim("2023-05-03", AGENCY, NGO), [("2023-05-03", "agency"), ("2023-05-03", "ngo")], "two who say so"),
        (claim("2023-05-03", AGENCY, "S4"), [("2023-05-03", "agency")], "one report carried twice"),
        (claim("2023-05-03", LATE), [], "nobody had read it on that day"),
        (claim("2023-05-03", AGENCY, LATE), [("2023-05-03", "agency")], "one of two had been read"),
        (claim("2023-05-03", AGENCY, indicators=("CTX-01",)), [], "none of the four signs"),
    ],
)
def test_what_a_claim_says_as_of_a_day(one: Claim, expected: list[tuple[str, str]], why: str):
    found = coded_claims([one], SOURCES, on=DAY)
    assert [(each.event_date.isoformat(), each.origin) for each in found] == expected, why
    assert all(each.indicators == {"PRE-04"} for each in found)


def test_one_claim_of_two_origins_is_named_once():
    raised = weigh_signs(
        coded_claims([claim("2023-05-03", AGENCY, NGO)], SOURCES, on=DAY), on=DAY, p_model=None, critical={"PRE-04"}
    )
    assert raised.raised
    assert raised.claims == ("C1",)
    assert raised.n_origins == 2


def test_what_was_coded_in_the_armenia_case_raises_it_only_after_the_expulsion():
    """The case was coded from what was published afterwards: its claims tell of signs that had become deeds."""
    content = CaseFiles(ARMENIA).resolve(2).content
    sources = {each.id: each for each in content.sources}

    def raised(day: date) -> bool:
        return weigh_signs(
            coded_claims(content.claims, sources, on=day), on=day, p_model=None, critical={"PER-01"}
        ).raised

    assert not raised(date(2023, 9, 18))
    assert raised(date(2023, 10, 15))


def test_the_chance_beside_the_signs_is_the_newest_filed_by_that_day(tmp_path):
    register = Register(tmp_path)
    assert find_chance(register, ["AFG"], on=DAY) is None
    for origin, filed_at in ((GED_BEGINS + 150, "2002-01-01T00:00:00Z"), (GED_BEGINS + 151, "2002-02-01T00:00:00Z")):
        alert = run_alert(Rule(), {}, made_up_events(), order("alert", origin, filed_at))
        register.file(alert, KEY)
    (_, first), (_, second) = register.forecasts()
    for day, expected in ((date(2002, 1, 31), first), (date(2002, 2, 1), second)):
        found = find_chance(register, ["AFG", "SYR"], on=day)
        assert found is not None
        assert found.as_of == expected.as_of
        assert found.p == max(each.over_250.p for each in expected.countries if each.iso3 in ("AFG", "SYR"))
    assert find_chance(register, ["AFG"], on=date(2001, 12, 31)) is None
    assert find_chance(register, ["FJI"], on=DAY) is None


@pytest.fixture
def situation(desk):
    from tests.records.people import at, people
    from tocsin.warn import actions

    (rita,) = people(("rita", "reviewer"))
    return actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(2)).situation


def test_a_desk_reads_its_own_signs_from_accepted_claims_alone(desk, situation):
    from tocsin.assess.queries import signs_of
    from tocsin.records.models import Record

    after = date(2023, 10, 15)
    raised = signs_of(situation, on=after, p_model=0.01)
    assert raised.raised
    assert raised.p_model == 0.01
    assert msgspec.to_builtins(raised)["claims"]
    assert {Record.objects.get(kind="claim", situation=situation, key=key).state for key in raised.claims} == {
        "accepted"
    }
    assert not signs_of(situation, on=date(2023, 9, 18)).raised
