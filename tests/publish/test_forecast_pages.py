"""What the register says in public: whole, escaped, honest about what was filed late, and verifiable."""

from __future__ import annotations

import csv
import io

import pyarrow.parquet
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import next_register_entry, verify_register
from tocsin.core.model.edition import Desk
from tocsin.core.model.forecasts import CountryOutcome, CountryRisk, DataVersion, Driver, FiledForecast, FiledScore
from tocsin.publish.forecast_files import OnRecord, forecast_files
from tocsin.publish.html.forecast_pages import Analyst
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


def risk(ccode: int, name: str, p: float, rank: int) -> CountryRisk:
    drivers = (Driver(feature="popsize.log2", log_odds=0.5), Driver(feature="<b>odd", log_odds=-0.2))
    return CountryRisk(
        ccode=ccode, name=name, p_1=p / 2, p_1or2=p, p_low=p / 2, p_high=min(1.0, p * 2), rank=rank, drivers=drivers
    )


def forecast(origin: int, *, late: str = "") -> FiledForecast:
    return FiledForecast(
        model="ensemble", card_version="1", card_sha256="b" * 64, software="tocsin test", seed=1, origin=origin,
        data=DATA, definition="a new mass killing", warnings=("Mind this.",), skill="Fair.",
        filed_at=f"{origin + 1}-01-31T00:00:00Z", filed_after=late,
        risks=(risk(1, "Firstland", 0.09, 1), risk(2, "=cmd()", 0.03, 2), risk(3, "Lowland <script>", 0.004, 40)),
    )  # fmt: skip


def score(of: FiledForecast) -> FiledScore:
    named = [CountryOutcome(ccode=each.ccode, name=each.name, rank=each.rank, p=each.p_1or2) for each in of.risks]
    return FiledScore(
        forecast_sha256=sha256(canonical_bytes(of)), horizon="p_1or2", data=DATA, scored_at="2004-01-01T00:00:00Z",
        n=3, n_onsets=2, top=15, log_loss=0.5, brier=0.1, auc=0.5,
        hits=(named[0],), misses=(named[2],), false_alarms=(named[1],),
    )  # fmt: skip


@pytest.fixture(scope="module")
def held() -> OnRecord:
    forecasts = [forecast(2000), forecast(2001, late="filed in 2026, when 2002 was over")]
    scores = [score(forecasts[0])]
    entries = []
    for document, origin in ((forecasts[0], 2000), (forecasts[1], 2001), (scores[0], 2000)):
        last = entries[-1] if entries else None
        entries.append(next_register_entry(KEY, document, model="ensemble", origin=origin, last=last))
    return OnRecord(entries, forecasts, scores)


@pytest.fixture(scope="module")
def made(held: OnRecord) -> dict[str, bytes]:
    analysts = {"Lowland <script>": [Analyst("Lowland", "warning", "warnings/LOW/")]}
    return dict(forecast_files(held, analysts, site=SITE, words=words("en")))


def test_nothing_is_made_without_a_forecast():
    assert not list(forecast_files(OnRecord([], [], []), {}, site=SITE, words=words("en")))


def test_the_world_page_shows_every_country_its_range_and_what_moves_it(made: dict[str, bytes]):
    text = made["forecasts/index.html"].decode()
    assert all(each in text for each in ("Firstland", "9%", "4.5% to 18%", "population +0.50", "Mind this.", "Fair."))


def test_a_forecast_filed_late_says_so_on_every_page(made: dict[str, bytes]):
    for path in ("forecasts/index.html", "forecasts/country/1.html"):
        assert "Not made in advance:" in made[path].decode()
    assert "Not made in advance:" not in made["forecasts/track-record.html"].decode()  # the scored one was in time


def test_hits_misses_and_false_alarms_are_named(made: dict[str, bytes]):
    text = made["forecasts/track-record.html"].decode()
    hits, misses, alarms = (text.index(each) for each in ("Hits, among", "Missed", "without an onset"))
    assert (
        hits < text.index("Firstland") < misses < text.index("Lowland &lt;script&gt;") < alarms < text.index("=cmd()")
    )
    assert "ensemble, 2001" in text[text.index("Not yet scored") :]


def test_disagreement_between_model_and_desk_is_said_both_ways(made: dict[str, bytes]):
    assert "They disagree: the desk warns" in made["forecasts/country/3.html"].decode()
    assert "They disagree: the model ranks" in made["forecasts/country/1.html"].decode()


def test_nothing_that_was_filed_can_become_markup(made: dict[str, bytes]):
    for path, data in made.items():
        if path.endswith(".html"):
            assert b"<b>odd" not in data
            assert b"Lowland <script>" not in data


def test_the_table_has_its_hxl_row_and_no_cell_is_a_formula(made: dict[str, bytes]):
    rows = list(csv.reader(io.StringIO(made["forecasts/latest.csv"].decode())))
    assert rows[0][0] == "ccode"
    assert all(tag.startswith("#") for tag in rows[1])
    assert [row[1] for row in rows[2:]] == ["Firstland", "'=cmd()", "Lowland <script>"]


def test_parquet_and_csv_say_the_same(made: dict[str, bytes]):
    table = pyarrow.parquet.read_table(io.BytesIO(made["forecasts/latest.parquet"]))
    rows = list(csv.DictReader(io.StringIO(made["forecasts/latest.csv"].decode())))[1:]
    assert [float(row["p_1or2"]) for row in rows] == table["p_1or2"].to_pylist()


def test_the_register_on_the_site_verifies_and_a_changed_document_does_not(made: dict[str, bytes]):
    log = [(path, data) for path, data in sorted(made.items()) if "/register/log/" in path]

    def failures(files: dict[str, bytes]) -> list[str]:
        def document(entry):
            path = f"forecasts/register/{entry.document_sha256}.json"
            return path, lambda: files[path]

        return [each.where for each in verify_register(KEY.public_key(), log, document)]

    assert len(log) == 3
    assert not failures(made)
    first = f"forecasts/register/{sha256(canonical_bytes(forecast(2000)))}.json"
    assert first in failures({**made, first: made[first].replace(b"Firstland", b"Worstland")})
