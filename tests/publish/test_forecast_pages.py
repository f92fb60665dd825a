"""What the register says in public: whole, escaped, honest about what was filed late, and verifiable."""

from __future__ import annotations

import csv
import io
import re

import msgspec
import pyarrow.parquet
import pytest

from tests.publish.filed import ANALYSTS, KEY, SITE, a_register, on_record, onset, score
from tests.publish.html_checks import problems
from tocsin.core.editions.canonical import sha256
from tocsin.core.editions.register_log import verify_register
from tocsin.core.model.forecasts import (
    FiledAlert,
    FiledFatalities,
    FiledForecast,
)
from tocsin.publish.forecast_files import forecast_files
from tocsin.publish.forecasts_held import OnRecord
from tocsin.publish.words import words


@pytest.fixture(scope="module")
def held() -> OnRecord:
    return a_register()


@pytest.fixture(scope="module")
def made(held: OnRecord) -> dict[str, bytes]:
    return dict(forecast_files(held, ANALYSTS, site=SITE, words=words("en")))


def text(made: dict[str, bytes], path: str) -> str:
    return made[f"forecasts/{path}"].decode()


def test_nothing_is_made_without_a_forecast():
    assert not list(forecast_files(on_record([], []), {}, site=SITE, words=words("en")))


def test_what_stands_already_is_not_made_again(held: OnRecord):
    asked: dict[str, str] = {}

    def stands(path: str, made_from: str) -> bool:
        asked[path] = made_from
        return True

    left = [path for path, _ in forecast_files(held, ANALYSTS, site=SITE, words=words("en"), stands=stands)]
    assert left == []
    before = dict(asked)
    more = on_record([each for _, each in held.forecasts], [held.scores[0]])
    list(forecast_files(more, {}, site=SITE, words=words("en"), stands=stands))
    changed = {path for path in before if before[path] != asked[path]}
    assert {"forecasts/track-record.html", "forecasts/country/cow-3.html"} <= changed
    assert not {path for path in changed if path.endswith(("onset.html", "onset.csv", ".json"))}


def test_the_world_page_shows_each_target_and_leads_to_every_country(made: dict[str, bytes]):
    page = text(made, "index.html")
    assert all(each in page for each in ("2002 to 2003", "January 2002 to December 2002", "January 2002 to March 2002"))
    assert all(f'href="{target}.html"' in page for target in ("onset", "fatalities", "alert"))


def test_a_list_shows_every_country_its_range_and_what_moves_it(made: dict[str, bytes]):
    page = text(made, "onset.html")
    said = ("Firstland", "11%", "5.5% to 22%", "population +0.50", "Mind this.", "Fair.", "ewp 1.1%")
    assert all(each in page for each in said)
    assert all(each in text(made, "fatalities.html") for each in ("Nigeria", "6.4", "0 to 40", "7"))
    page = text(made, "alert.html")
    assert all(each in page for each in ("4%", "7%, rank 2", "rule 0.5%", "321 civilians, 654 in all", "under way"))


def test_on_a_phone_each_value_says_what_it_is(made: dict[str, bytes]):
    for target in ("onset", "fatalities", "alert"):
        for cell in re.findall(r"<td[^>]*>", text(made, f"{target}.html")):
            assert re.search(r'data-label="[^"]+"', cell)


def test_a_forecast_filed_late_says_so_on_every_page(made: dict[str, bytes]):
    for path in ("index.html", "onset.html", "country/cow-1.html"):
        assert "Not made in advance:" in text(made, path)
    for path in ("track-record.html", "fatalities.html"):
        assert "Not made in advance:" not in text(made, path)  # the scored ones were in time


def test_what_was_filed_in_time_and_what_late_are_never_added_up():
    late = onset(1999, late="filed in 2026, when 2000 was over")
    forecasts = [onset(2000), late]
    held = on_record(forecasts, [score(each) for each in forecasts])
    page = dict(forecast_files(held, {}, site=SITE, words=words("en")))["forecasts/track-record.html"].decode()
    tally = "Onsets in the next two years: 2 in all forecasts scored (1); of them in countries among the first"
    assert page.count(tally) == 2
    assert page.count(f"Not made in advance:</strong> {tally}") == 1


def test_hits_misses_and_false_alarms_are_named(made: dict[str, bytes]):
    page = text(made, "track-record.html")
    hits, misses, alarms = (page.index(each) for each in ("Hits, among", "Missed<", "False alarms, among"))
    assert (
        hits < page.index("Firstland") < misses < page.index("Lowland &lt;script&gt;") < alarms < page.index("=cmd()")
    )
    waiting = page[page.index("Not yet scored") :]
    assert "ensemble, 2001" in waiting
    assert "trees-and-deaths, December 2001" in waiting


def test_months_beyond_the_range_are_named_by_country_with_the_worst(made: dict[str, bytes]):
    page = text(made, "track-record.html")
    assert "months: 2; January 2002: 900, range 0 to 40" in page
    assert "months: 1; March 2002: 0, range 2 to 40" in page
    assert "6 country-months. Of the 4 in which anybody was killed" in page
    assert "1 (25%) came out within the range" in page
    assert "1.25; conflictology 2.50" in page


def test_from_few_events_nothing_is_concluded(made: dict[str, bytes]):
    assert "From fewer than 100 no difference between models is called significant." in text(made, "track-record.html")


def test_disagreement_between_model_and_desk_is_said_both_ways(made: dict[str, bytes]):
    assert "They disagree: the desk warns" in text(made, "country/cow-3.html")
    assert "They disagree: the model ranks the country 1 for a new mass killing" in text(made, "country/cow-1.html")
    assert "They disagree: the model ranks the country 1 for the start" in text(made, "country/NGA.html")


def test_a_warning_past_its_review_date_is_shown_as_such_and_is_no_disagreement(held: OnRecord):
    stale = {"cow-3": [ANALYSTS["cow-3"][0]._replace(in_force=False)]}
    page = dict(forecast_files(held, stale, site=SITE, words=words("en")))["forecasts/country/cow-3.html"].decode()
    assert "Lowland</a> (past its review date)" in page
    assert "They disagree" not in page


def test_a_country_is_one_page_whatever_the_data_call_it(made: dict[str, bytes]):
    page = text(made, "country/NGA.html")
    assert all(f'<section id="{target}">' in page for target in ("onset", "fatalities", "alert"))
    assert "Nigeria: forecasts on record" in page
    assert [path for path in made if "475" in path or "views-79" in path] == []


def test_charts_are_drawn_for_a_phone_and_for_a_desk_and_let_through_by_their_hash(made: dict[str, bytes]):
    page = text(made, "country/NGA.html")
    assert all(f'id="{name}"' in page for name in ("fan-720", "fan-330", "history-720", "history-330"))
    assert len(re.findall("sha256-", page)) == 4
    assert "Counts by UCDP. The latest months are incomplete" in page
    assert "fan-" not in text(made, "country/views-3.html")
    assert "No death was counted in the last 36 months" in text(made, "country/views-3.html")


def test_every_page_is_well_formed(made: dict[str, bytes]):
    pages = [path.removeprefix("forecasts/") for path in made if path.endswith(".html")]
    assert len(pages) == 5 + 6
    for path in pages:
        assert problems(text(made, path)) == [], path


def test_nothing_that_was_filed_can_become_markup(made: dict[str, bytes]):
    for path, data in made.items():
        if path.endswith(".html"):
            assert not [each for each in (b"<b>odd", b"Lowland <script>", b"<i>small") if each in data], path


# as data


def rows_of(made: dict[str, bytes], name: str) -> list[dict[str, str]]:
    header, tags, *rest = csv.reader(
        io.StringIO(made[f"forecasts/{name}.csv"].decode("utf-8-sig"), newline=""), strict=True
    )
    assert all(re.fullmatch(r"#[a-z]+(\+[a-z0-9_]+)*", tag) for tag in tags)
    assert len(set(tags)) == len(tags)
    return [dict(zip(header, row, strict=True)) for row in rest]


@pytest.mark.parametrize("name", ["onset", "fatalities", "alert", "scores"])
def test_parquet_and_csv_say_the_same_under_hxl_tags(made: dict[str, bytes], name: str):
    table = pyarrow.parquet.read_table(io.BytesIO(made[f"forecasts/{name}.parquet"]))
    rows = rows_of(made, name)
    assert list(rows[0]) == table.column_names
    for said, kept in zip(rows, table.to_pylist(), strict=True):
        for column, value in kept.items():
            if isinstance(value, str):
                assert said[column].removeprefix("'") == value
            else:
                assert said[column] == "" if value is None else float(said[column]) == value


@pytest.mark.parametrize(
    ("name", "kind"), [("onset", FiledForecast), ("fatalities", FiledFatalities), ("alert", FiledAlert)]
)
def test_json_is_the_filed_document_itself(made: dict[str, bytes], held: OnRecord, name: str, kind: type):
    data = made[f"forecasts/{name}.json"]
    assert msgspec.json.decode(data, type=kind) == held.latest(kind)[1]
    assert sha256(data) in {signed.entry.document_sha256 for signed in held.entries}


def test_every_row_says_whose_it_is_and_whether_that_is_an_exercise(made: dict[str, bytes]):
    for name in ("onset", "fatalities", "alert", "scores"):
        for row in rows_of(made, name):
            assert (row["desk"], row["desk_url"], row["cap_status"]) == (
                "Test desk",
                "https://test.example",
                "Exercise",
            )
            assert row["filed_late"] == ("true" if row["data_to"] == "2001" else "false")


def test_no_cell_is_a_formula(made: dict[str, bytes]):
    assert [row["country"] for row in rows_of(made, "onset")][:2] == ["Firstland", "'=cmd()"]


def test_a_table_of_deaths_has_a_row_for_each_month_with_quantiles_of_the_draws(made: dict[str, bytes]):
    rows = rows_of(made, "fatalities")
    assert len(rows) == 24
    first = rows[0]
    assert (first["month"], first["q_05"], first["q_50"], first["q_95"]) == ("2002-01", "0", "3", "40")
    assert (float(first["mean"]), float(first["p_25"]), float(first["p_1000"])) == (6.4, 0.1, 0)


def test_the_register_on_the_site_verifies_and_a_changed_document_does_not(made: dict[str, bytes], held: OnRecord):
    log = [(path, data) for path, data in sorted(made.items()) if "/register/log/" in path]

    def failures(files: dict[str, bytes]) -> list[str]:
        def document(entry):
            path = f"forecasts/register/{entry.document_sha256}.json"
            return path, lambda: files[path]

        return [each.where for each in verify_register(KEY.public_key(), log, document)]

    assert len(log) == 6
    assert not failures(made)
    for digest in held.documents:
        path = f"forecasts/register/{digest}.json"
        assert path in failures({**made, path: made[path].replace(b"panel.csv", b"lapen.csv")})
