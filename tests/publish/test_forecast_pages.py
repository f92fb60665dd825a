"""What the register says in public: whole, escaped, honest about what was filed late, and verifiable."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import msgspec
import pandas
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.publish.filed import (
    ANALYSTS,
    KEY,
    NOTHING,
    SITE,
    a_register,
    alert,
    fatalities,
    on_record,
    onset,
    score,
)
from tests.publish.html_checks import problems
from tocsin.core.editions.canonical import sha256
from tocsin.core.editions.register_log import verify_register
from tocsin.core.model.forecasts import (
    FiledAlert,
    FiledFatalities,
    FiledForecast,
    Fit,
    RegisterEntry,
    Weight,
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


def later_deaths() -> FiledFatalities:
    """The same countries nine months on: of Nigeria's first forecast nine months have been counted since."""
    first = fatalities()
    months = tuple(
        msgspec.structs.replace(each, month=f"2003-{at + 1:02}") for at, each in enumerate(first.countries[0].months)
    )
    war = msgspec.structs.replace(first.countries[0], past=(7,) * 27 + (3,) * 8 + (900,), months=months)
    quiet = msgspec.structs.replace(
        first.countries[1], months=tuple(msgspec.structs.replace(m, draws=NOTHING) for m in months)
    )
    return msgspec.structs.replace(
        first, origin=273, as_of="2002-09", filed_at="2002-10-10T00:00:00Z", countries=(war, quiet)
    )


def test_earlier_forecasts_of_deaths_stand_against_what_came():
    held = on_record([fatalities(), later_deaths()], [])
    page = dict(forecast_files(held, {}, site=SITE, words=words("en")))["forecasts/country/NGA.html"].decode()
    assert "Of 9 months that have been counted, 8 lay in the range" in page
    assert 'id="earlier-0-720"' in page
    assert "Counted since: " in page
    quiet = dict(forecast_files(held, {}, site=SITE, words=words("en")))["forecasts/country/views-3.html"].decode()
    assert "earlier-0" not in quiet  # nought forecast and nought come: there is nothing to draw


def test_a_country_says_what_came_of_each_forecast_of_it(made: dict[str, bytes]):
    assert "What came: a new mass killing" in plain(made, "cow-1")
    assert "What came: no new mass killing" in plain(made, "cow-2")
    assert "What came: not known yet" in plain(made, "cow-1")


def plain(made: dict[str, bytes], key: str) -> str:
    page = made[f"forecasts/country/{key}.html"].decode()
    return re.sub(r'<td data-label="What came">', "What came: ", page)


def test_an_alert_shows_its_range_and_what_it_is_of_or_that_there_is_none(made: dict[str, bytes]):
    assert "The model gives no range" in text(made, "alert.html")
    first = alert()
    over = msgspec.structs.replace(first.countries[0].over_1000, p_low=0.031, p_high=0.052)
    countries = (msgspec.structs.replace(first.countries[0], over_1000=over), first.countries[1])
    ranged = msgspec.structs.replace(first, countries=countries, range_of="nine in ten of a hundred fits")
    pages = dict(forecast_files(on_record([ranged], []), {}, site=SITE, words=words("en")))
    listed = pages["forecasts/alert.html"].decode()
    assert "4% (3.1% to 5.2%)" in listed
    assert "Its range: nine in ten of a hundred fits." in listed
    assert "The model gives no range" not in listed
    assert "4% (3.1% to 5.2%)" in pages["forecasts/country/NGA.html"].decode()
    (row, *_) = rows_of(pages, "alert")
    assert (row["p_1000_low"], row["p_1000_high"], row["p_250_low"]) == ("0.031", "0.052", "")


def test_a_list_shows_what_moved_the_model_by_part_and_unit(made: dict[str, bytes]):
    assert "What moved the model" not in text(made, "onset.html")
    learnt = tuple(
        Weight(part="small <i>logit", feature=name, value=value, unit="log-odds per standard deviation")
        for name, value in [("popsize.log2", 0.5), *((f"other {at}", 0.1) for at in range(9))]
    )
    nothing = {"n_rows": 1, "n_events": 1, "settings": {}, "libraries": {}, "values_sha256": "0" * 64}
    fit = Fit(learnt_from="1960", learnt_to="1998", **nothing, learnt=learnt)
    forecast = msgspec.structs.replace(onset(2000), fit=fit)
    pages = dict(forecast_files(on_record([forecast], []), {}, site=SITE, words=words("en")))
    page = pages["forecasts/onset.html"].decode()
    assert "What moved the model" in page
    assert "small &lt;i&gt;logit" in page
    assert re.search(r"population\s*<td>\+0\.500", page)
    assert page.count("<td>+0.100") == 7  # eight of a part; the JSON beside it has all ten
    assert len(json.loads(pages["forecasts/onset.json"])["fit"]["learnt"]) == 10


@pytest.mark.parametrize("name", ["onset", "fatalities", "alert", "scores"])
def test_each_file_opens_in_pandas_and_pyarrow_with_numbers_as_numbers(made: dict[str, bytes], name: str):
    from_csv = pandas.read_csv(io.BytesIO(made[f"forecasts/{name}.csv"]), skiprows=[1])
    from_parquet = pandas.read_parquet(io.BytesIO(made[f"forecasts/{name}.parquet"]))
    assert list(from_csv) == list(from_parquet)
    assert len(from_csv) == len(from_parquet) > 0
    numbers = [each for each in from_parquet if pandas.api.types.is_numeric_dtype(from_parquet[each])]
    assert numbers
    for each in numbers:
        assert pandas.api.types.is_numeric_dtype(from_csv[each]), each
        pandas.testing.assert_series_equal(from_csv[each], from_parquet[each], check_dtype=False)
    if name != "scores":
        document = json.loads(made[f"forecasts/{name}.json"])
        rows = document["risks"] if name == "onset" else document["countries"]
        assert len(pandas.json_normalize(rows)) == len(rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_of_any_file_of_the_register_is_named(made: dict[str, bytes], data: st.DataObject):
    registered = {path: each for path, each in made.items() if path.startswith("forecasts/register/")}
    path = data.draw(st.sampled_from(sorted(registered)))
    at = data.draw(st.integers(0, len(registered[path]) - 1))
    changed = bytearray(registered[path])
    changed[at] ^= data.draw(st.integers(1, 255))
    log = [each for each in sorted(registered) if "/log/" in each]
    bytes_of = {**registered, path: bytes(changed)}

    def document(entry: RegisterEntry) -> tuple[str, Callable[[], bytes]]:
        where = f"forecasts/register/{entry.document_sha256}.json"
        return where, lambda: bytes_of[where]

    found = {
        each.where for each in verify_register(KEY.public_key(), ((each, bytes_of[each]) for each in log), document)
    }
    assert path in found
