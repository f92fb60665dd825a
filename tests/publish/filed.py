"""A made-up register: two onset forecasts, one of deaths, one alert, two scores."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import next_register_entry
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
from tocsin.publish.forecasts_held import OnRecord
from tocsin.publish.html.forecast_country import Analyst
from tocsin.publish.html.frame import Site

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
        scored_at="2002-05-01T00:00:00Z", n=6, n_in_range=3, n_with_deaths=3, n_open=4, n_open_in_range=1,
        crps=1.25, log_crps=0.5, ignorance=1,
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


def a_register() -> OnRecord:
    """One onset forecast in time and scored, one late and not; deaths scored in part; an alert that waits."""
    first, second = onset(2000), onset(2001, late="filed in 2026, when 2002 was over", more=0.02)
    return on_record([first, second, fatalities(), alert()], [score(first), deaths_score()])
