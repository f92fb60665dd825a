"""Signals come into a situation's inbox once, as candidates with their series, and are never evidence by themselves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.collect.desks import ADesk
from tests.records.people import A_SITUATION, at, people
from tocsin.cli import app
from tocsin.core.geography import UnknownCodeError
from tocsin.core.model.judgement import Candidate
from tocsin.prepare.errors import MissingError
from tocsin.prepare.signals.panel import panel_of
from tocsin.prepare.signals.situations import find_signals, read_months
from tocsin.warn.desk import DeskFolder

HEADER = (
    "country_iso3,year_month,ucdp_event_count,ucdp_fatalities_best,ucdp_fatalities_high,ucdp_civilian_deaths,"
    "ucdp_peak_event_fatalities,ucdp_fatality_uncertainty,ucdp_state_based_events,ucdp_non_state_events,"
    "ucdp_one_sided_events,ucdp_has_conflict"
)
DEADLY = {"2031-06": 80}


@pytest.fixture
def counting(desk: DeskFolder, tmp_path: Path):
    """A desk with a situation, and prepared country-months in which one month is deadly."""
    from tocsin.review import actions

    _, rita = people(("ani", "analyst"), ("rita", "reviewer"))
    situation = actions.open_situation(by=rita, at=at(1), key="valley", scope=A_SITUATION).record
    rows = [HEADER]
    for country in A_SITUATION.countries:
        for year in range(2027, 2032):
            for month in range(1, 13):
                n = DEADLY.get(f"{year}-{month:02}", 0)
                rows.append(f"{country},{year}-{month:02},{n > 0:d},{n},{n},{n},{n},0.0,0,0,{n > 0:d},{n > 0:d}")
    file = tmp_path / "ged_31_1_sample_country_month.csv"
    file.write_text("\n".join(rows) + "\n")
    ADesk(desk.folder).run("ucdp-country-months", file)

    def run(*words: str, code: int = 0) -> str:
        answer = CliRunner().invoke(app, [*words, "--desk", str(desk.folder)])
        assert answer.exit_code == code, answer.output
        return answer.output

    run("prepare", "run")
    return situation, run


def test_a_signal_says_its_rule_its_series_and_what_its_counts_cannot_tell(counting) -> None:
    _, run = counting
    found = {one["rule"]: one for one in json.loads(run("signals", "--since", "2031-01", "--json"))}
    assert set(found) == {"level", "surge", "first-in-24"}
    level = found["level"]
    assert (level["situation"], level["month"]) == ("valley", "2031-06")
    assert level["values"][-1] == 80.0 * len(A_SITUATION.countries)
    assert len(level["values"]) == 37
    assert any("no sign of safety" in warning for warning in level["warnings"])
    assert "Uppsala" in level["source"]


def test_kept_signals_wait_in_the_inbox_once_and_a_dismissal_stands(counting) -> None:
    from tocsin.records.models import Record
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import newest
    from tocsin.review import actions

    situation, run = counting
    assert "valley: 3 new in the inbox" in run("signals", "--since", "2031-01", "--keep")
    candidates = list(Record.objects.filter(kind="candidate", situation=situation).order_by("key"))
    assert {one.state for one in candidates} == {"found"}
    says = newest(candidates[0]).read(Candidate)
    assert says.signal
    assert says.signal.values[-1] == 80.0 * len(A_SITUATION.countries)
    assert (says.document, says.text, says.asserted_by) == ("", "", "")
    assert "no sign of safety" in says.passage
    actions.dismiss_candidate(by=get_person("ani"), at=at(9), candidate=candidates[0], reason="known")
    assert "valley: 0 new in the inbox" in run("signals", "--since", "2031-01", "--keep")
    candidates[0].refresh_from_db()
    assert candidates[0].state == "dismissed"
    assert not Record.objects.filter(kind="claim").exists()


def test_a_quiet_series_is_said_to_be_no_sign_of_safety(counting) -> None:
    _, run = counting
    assert run("signals", "--since", "2031-09").strip() == "Nothing fired. A quiet series is no sign of safety."


def test_a_country_that_does_not_exist_is_answered_with_the_nearest() -> None:
    empty = panel_of([("ARM", date(2031, 1, 1), [0.0])], ["deaths_civilians"], known_from=date(2031, 1, 1))
    with pytest.raises(UnknownCodeError, match="nearest"):
        find_signals(empty, {"valley": ("ARN",)}, said_of="ours")


def test_a_source_without_country_months_is_answered_with_those_that_there_are(counting, desk: DeskFolder) -> None:
    with pytest.raises(MissingError, match="ucdp-country-months"):
        read_months(desk.folder, "acled")
