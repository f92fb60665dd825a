"""What the register says in public: whole, escaped, honest about what was filed late, and verifiable."""

from __future__ import annotations

import csv
import io
import re

import msgspec
import pyarrow.parquet
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.publish.html_checks import problems
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import next_register_entry, verify_register
from tocsin.core.model.edition import Desk
from tocsin.core.model.forecasts import (
    AlertChance,
    CountryAlert,
    CountryDeaths,
    CountryOutcome,
    CountryRisk,
    DataVersion,
    Driver,
    FiledAlert,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledForecast,
    FiledScore,
    MonthDraws,
    MonthOutcome,
    ScoreDocument,
)
from tocsin.publish.forecast_files import forecast_files
from tocsin.publish.forecasts_held import OnRecord
from tocsin.publish.html.forecast_country import Analyst
from tocsin.publish.html.frame import Site
from tocsin.publish.words import words

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SITE = Site(
    desk=Desk(name="Test desk", sender="test.example", url="https://test.example"),
    status="Exercise",
    key_id="0" * 16,
    key_fingerprint="0" * 64,
    has_forecasts=True,
)
DATA = (DataVersion(name="panel.csv", sha256="a" * 64, n_rows=10),)
ANALYSTS = {"cow-3": [Analyst("Lowland", "warning", "warnings/LOW/")]}
NOTHING, LITTLE = ((0, 1000),), ((0, 100), (3, 800), (40, 100))


def risk(ccode: int, name: str, p: float, rank: int, iso3: str = "") -> CountryRisk:
    drivers = (Driver(feature="popsize.log2", log_odds=0.5), Driver(feature="<b>odd", log_odds=-0.2))
    return CountryRisk(
        ccode=ccode, iso3=iso3, name=name, p_1=p / 2, p_1or2=p, p_low=p / 2, p_high=min(1.0, p * 2), rank=rank,
        drivers=drivers, baselines={"ewp": 0.011},
    )  # fmt: skip


HEADER = {
    "card_version": "1", "card_sha256": "b" * 64, "software": "tocsin test", "seed": 1, "data": DATA,
    "warnings": ("Mind this.",), "skill": "Fair.",
}  # fmt: skip


def onset(origin: int, *, late: str = "", more: float = 0) -> FiledForecast:
    return FiledForecast(
        **HEADER, model="ensemble", origin=origin, definition="a new mass killing",
        filed_at=f"{origin + 1}-01-31T00:00:00Z", filed_after=late,
        risks=(
            risk(1, "Firstland", 0.09 + more, 1), risk(2, "=cmd()", 0.03, 2),
            risk(475, "Nigeria (NGA)", 0.02, 5, "NGA"), risk(3, "Lowland <script>", 0.004, 40),
        ),
    )  # fmt: skip


def fatalities() -> FiledFatalities:
    months = tuple(MonthDraws(month=f"2002-{month:02}", draws=LITTLE) for month in range(1, 13))
    quiet = tuple(MonthDraws(month=each.month, draws=NOTHING) for each in months)
    war = CountryDeaths(country_id=79, iso3="NGA", name="Nigeria", rank=1, expected=6.4, past=(7,) * 36, months=months)
    none = CountryDeaths(country_id=3, name="Quiet & <i>small", rank=2, expected=0, past=(0,) * 36, months=quiet)
    return FiledFatalities(
        **HEADER, model="pooled", origin=264, as_of="2001-12", n_draws=1000, definition="deaths",
        filed_at="2002-01-10T00:00:00Z", countries=(war, none),
    )  # fmt: skip


def alert() -> FiledAlert:
    def chance(p: float, rank: int | None) -> AlertChance:
        return AlertChance(p=p, rank=rank, baselines={"rule": 0.005})

    def country(iso3: str, name: str, large: AlertChance, small: AlertChance) -> CountryAlert:
        return CountryAlert(
            iso3=iso3, name=name, over_1000=large, over_250=small, civilians_12m=321, civilians_3m=50, deaths_12m=654,
            deaths_3m=77,
        )  # fmt: skip

    return FiledAlert(
        **HEADER, model="trees-and-deaths", origin=264, as_of="2001-12", definition="start of an episode",
        filed_at="2002-01-10T00:00:00Z",
        countries=(
            country("NGA", "Nigeria", chance(0.04, 1), chance(0.07, 2)),
            country("SDN", "Sudan", chance(0, None), chance(0, None)),
        ),
    )  # fmt: skip


def score(of: FiledForecast) -> FiledScore:
    named = [CountryOutcome(ccode=each.ccode, name=each.name, rank=each.rank, p=each.p_1or2) for each in of.risks]
    return FiledScore(
        forecast_sha256=sha256(canonical_bytes(of)), horizon="p_1or2", data=DATA, scored_at="2004-01-01T00:00:00Z",
        n=4, n_onsets=2, top=15, log_loss=0.5, brier=0.1, auc=0.5, baseline_log_loss={"ewp": 0.6},
        hits=(named[0],), misses=(named[3],), false_alarms=(named[1],),
    )  # fmt: skip


def deaths_score() -> FiledDrawScore:
    def outcome(deaths: int, low: int, high: int, month: str) -> MonthOutcome:
        return MonthOutcome(
            country_id=79, iso3="NGA", name="Nigeria", month=month, deaths=deaths, low=low, middle=3, high=high
        )

    return FiledDrawScore(
        forecast_sha256=sha256(canonical_bytes(fatalities())), months=("2002-01", "2002-02", "2002-03"), data=DATA,
        scored_at="2002-05-01T00:00:00Z", n=6, n_in_range=3, n_with_deaths=3, crps=1.25, log_crps=0.5, ignorance=1,
        interval=9, baseline_crps={"conflictology": 2.5}, baseline_log_crps={"conflictology": 0.75},
        above=(outcome(900, 0, 40, "2002-01"), outcome(50, 0, 40, "2002-02")),
        below=(outcome(0, 2, 40, "2002-03"),),
    )  # fmt: skip


def on_record(forecasts: list[FiledDocument], scores: list[ScoreDocument]) -> OnRecord:
    by_digest = {sha256(canonical_bytes(each)): each for each in forecasts}
    entries = []
    for document in (*forecasts, *scores):
        about = document if not isinstance(document, ScoreDocument) else by_digest[document.forecast_sha256]
        entries.append(next_register_entry(KEY, document, about=about, last=entries[-1] if entries else None))
    data = [canonical_bytes(each) for each in (*forecasts, *scores)]
    return OnRecord(entries, list(by_digest.items()), scores, {sha256(each): each for each in data})


@pytest.fixture(scope="module")
def held() -> OnRecord:
    first, second = onset(2000), onset(2001, late="filed in 2026, when 2002 was over", more=0.02)
    return on_record([first, second, fatalities(), alert()], [score(first), deaths_score()])


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
    assert left == ["forecasts/scores.csv", "forecasts/scores.parquet"]
    before = dict(asked)
    more = on_record([each for _, each in held.forecasts], [held.scores[0]])
    list(forecast_files(more, {}, site=SITE, words=words("en"), stands=stands))
    changed = {path for path in before if before[path] != asked[path]}
    assert {"forecasts/track-record.html", "forecasts/country/cow-3.html"} <= changed
    assert not {path for path in changed if path.endswith((".csv", "onset.html", ".json"))}


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
    tally = "Onsets in the next two years, 1 forecasts: 2 times it happened, 1 of them"
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
    assert "6 country-months; 3 of them (50%)" in page
    assert "1.25; conflictology 2.50" in page


def test_from_few_events_nothing_is_concluded(made: dict[str, bytes]):
    assert "From fewer than 100 no difference between models is called significant." in text(made, "track-record.html")


def test_disagreement_between_model_and_desk_is_said_both_ways(made: dict[str, bytes]):
    assert "They disagree: the desk warns" in text(made, "country/cow-3.html")
    assert "They disagree: the model ranks the country 1 for a new mass killing" in text(made, "country/cow-1.html")
    assert "They disagree: the model ranks the country 1 for the start" in text(made, "country/NGA.html")


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
    header, tags, *rest = csv.reader(io.StringIO(text(made, f"{name}.csv"), newline=""), strict=True)
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
