"""Alert: the model beside EWP's annual risk, the one-line rule and trailing deaths, as monthly lists.

Starts, sudden starts, hits and false episodes are as defined in tocsin.forecast.alert.episodes and .lists: monthly
lists of ten among the countries at risk. Missed and caught sudden starts are named. Differences carry the interval of a
bootstrap that draws whole countries; from fewer than a hundred starts none is called significant.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow.csv

from benchmarks.forecasts.table import Row, write_scores
from tocsin.core.geography import countries
from tocsin.forecast.alert.baselines import AnnualRisk
from tocsin.forecast.alert.episodes import KNOWN_AFTER, THRESHOLDS, at_risk, labels
from tocsin.forecast.alert.history import history_of
from tocsin.forecast.alert.lists import Caught, catch
from tocsin.forecast.alert.models import DEFAULT, alert_models
from tocsin.forecast.alert.panel import alpha3_of, month_from, read_panel
from tocsin.forecast.backtest import rolling
from tocsin.forecast.months import month_text
from tocsin.forecast.scores import (
    Interval,
    auc,
    average_precision,
    brier,
    compare_means,
    log_score,
    reliability,
)

TEST, QUICK = "2010-01:2018-12", "2006-01:2007-06"
"""Test origins; a quick run stays on development origins."""
LISTS = (5, 10, 20)
AIMS = {1000: (0.44, 0.67), 250: (0.56, 0.70)}
MOST_FALSE = 5
ENOUGH = 100
EWP_NAMES = {
    "Burma/Myanmar": "MMR", "Cape Verde": "CPV", "Democratic Republic of Congo": "COD", "Ivory Coast": "CIV",
    "Kyrgystan": "KGZ", "Macedonia": "MKD", "Republic of Congo": "COG", "The Gambia": "GMB", "Turkey": "TUR",
    "Czech Republic": "CZE", "Democratic Republic of Vietnam": "VNM", "Kosovo": "XKX",
}  # fmt: skip


def measure(data: Path, *, quick: bool, write: bool, origins: str | None = None) -> list[Row]:
    """Prints what was found; gives the rows of the table."""
    asked = origins or (QUICK if quick else TEST)
    first, last = (month_from(text) for text in asked.split(":"))
    frame = read_panel(data / "ucdp" / "ged_25_1_country_month_to_2019.parquet")
    whole = history_of(frame.at(int(frame.time.max())))
    rows = range(first - int(whole.months[0]), last - int(whole.months[0]) + 1)
    names = [alpha3_of(int(number)) for number in whole.countries]
    models = {**alert_models(), "annual-risk": AnnualRisk(ewp_risks(data / "ewp" / "ewp_out_of_sample_1994_2019.csv"))}
    chances: dict[str, dict[int, np.ndarray]] = {}
    print(f"\nalert, origins {asked}")
    for name, model in models.items():
        started = time.process_time()
        made = [one.forecast for one in rolling(model, frame, range(first, last + 1), seed=1)]
        chances[name] = {x: np.array([one.p[x] for one in made]) for x in THRESHOLDS}
        print(f"{name:20} {time.process_time() - started:7.1f} CPU s for {len(made)} origins")
    table: list[Row] = []
    lines = [f'origins = "{asked}"']
    for threshold in THRESHOLDS:
        print(f"starts of {threshold} civilians killed")
        found = {
            (name, k): catch(chances[name][threshold], whole.civilians, rows, threshold, k=k)
            for name in models
            for k in LISTS
        }
        for (name, k), one in found.items():
            print(
                f"  {name:18} top {k:2}: sudden {one.recall(sudden=True):.2f} of {sum(s.sudden for s in one.starts)}, "
                f"all {one.recall(sudden=False):.2f} of {len(one.starts)}, "
                f"in the month before {np.mean(one.hit_month_before) if one.starts else float('nan'):.2f}, "
                f"{one.false_per_year:.1f} false episodes a year"
            )
        top_ten = {name: found[name, 10] for name in models}
        lines += toml(top_ten, threshold)
        name_sudden(top_ten[DEFAULT], names, int(whole.months[0]))
        gaps = compare(top_ten, threshold)
        table += in_table(top_ten, gaps, threshold)
        lines += probabilities(chances, whole.civilians, rows, threshold)
    if write and asked == TEST:
        write_scores("alert", lines)
    return table


def in_table(top_ten: dict[str, Caught], gaps: dict[str, Interval], threshold: int) -> list[Row]:
    """Sudden starts caught beside the rule and EWP's list, and false episodes a year."""
    ours, rule, annual = (top_ten[name] for name in (DEFAULT, "rule", "annual-risk"))
    n = sum(one.sudden for one in ours.starts)
    gap = gaps.get("rule")
    baseline = f"rule {rule.recall(sudden=True):.2f}, EWP {annual.recall(sudden=True):.2f}"
    return [
        Row(
            f"alert, {n} sudden starts of {threshold}, share in top ten",
            baseline,
            ours.recall(sudden=True),
            AIMS[threshold],
            (gap.low, gap.high) if gap else None,
            of="difference to the rule",
        ),
        Row(
            f"alert, false episodes a year, {threshold}",
            f"rule {rule.false_per_year:.1f}, EWP {annual.false_per_year:.1f}",
            ours.false_per_year,
            (MOST_FALSE, MOST_FALSE),
            lower=True,
            form=".1f",
        ),
    ]


def toml(all_models: dict[str, Caught], threshold: int) -> list[str]:
    ours = all_models[DEFAULT]
    lines = [
        f"n_starts_{threshold} = {len(ours.starts)}",
        f"n_sudden_{threshold} = {sum(one.sudden for one in ours.starts)}",
        f"false_episodes_a_year_{threshold} = {ours.false_per_year:.2f}",
    ]
    for name, one in all_models.items():
        lines.append(f'"sudden_in_top_10_{threshold}_{name}" = {one.recall(sudden=True):.3f}')
        lines.append(f'"all_in_top_10_{threshold}_{name}" = {one.recall(sudden=False):.3f}')
    return lines


def name_sudden(ours: Caught, names: list[str], first_month: int) -> None:
    for start, hit in zip(ours.starts, ours.hit, strict=True):
        if start.sudden:
            print(
                f"    {'caught' if hit else 'MISSED'} {names[start.country]} {month_text(first_month + start.row)}: "
                f"{start.before:.0f} killed in the year before, {start.killed:.0f} from then on"
            )


def compare(top_ten: dict[str, Caught], threshold: int) -> dict[str, Interval]:
    """Recall of sudden starts less that of each baseline."""
    ours = top_ten[DEFAULT]
    sudden = np.array([one.sudden for one in ours.starts], dtype=bool)
    where = np.array([one.country for one in ours.starts])[sudden]
    gaps: dict[str, Interval] = {}
    if len(np.unique(where)) < 2:
        return gaps
    for name, other in top_ten.items():
        if name != DEFAULT:
            a, b = (np.array(one.hit, dtype=float)[sudden] for one in (ours, other))
            gaps[name] = compare_means(a, b, where, seed=1)
            note = "" if sudden.sum() >= ENOUGH else f"; {sudden.sum()} starts are too few to call it significant"
            print(f"  sudden starts of {threshold} caught, more than by {name}: {gaps[name]}{note}")
    return gaps


def probabilities(
    chances: dict[str, dict[int, np.ndarray]], civilians: np.ndarray, rows: range, threshold: int
) -> list[str]:
    """AUC, average precision, Brier, log score, reliability, where a start is possible and decided."""
    decided = [place for place, row in enumerate(rows) if row + KNOWN_AFTER < len(civilians)]
    kept = at_risk(civilians, threshold)[list(rows)][decided]
    came = labels(civilians, threshold)[list(rows)][decided][kept]
    lines = []
    for name, one in chances.items():
        p = one[threshold][decided][kept]
        print(
            f"  {name:18} AUC {auc(p, came):.3f}, average precision {average_precision(p, came):.3f}, "
            f"Brier {brier(p, came).mean():.5f}, log score {log_score(p, came).mean():.4f}"
        )
        if name == DEFAULT:
            for group in reliability(p, came):
                said = f"said {group.p_from:.2f} to {group.p_to:.2f} (mean {group.mean_p:.3f})"
                print(f"      {said}: came {group.rate:.3f} of {group.n}")
            lines += [
                f"auc_{threshold} = {auc(p, came):.4f}",
                f"average_precision_{threshold} = {average_precision(p, came):.4f}",
                f"brier_{threshold} = {brier(p, came).mean():.6f}",
                f"log_score_{threshold} = {log_score(p, came).mean():.5f}",
            ]
    return lines


def ewp_risks(path: Path) -> dict[int, dict[str, float]]:
    """EWP's out-of-sample risk for each year, made from the year before, by alpha-3."""
    codes = {name.lower(): one.alpha3 for one in countries() for name in (one.name, one.label)}
    table = pyarrow.csv.read_csv(path).to_pydict()
    risks: dict[int, dict[str, float]] = {}
    for year, name, risk in zip(table["year"], table["ewp_name"], table["risk_prev"], strict=True):
        code = EWP_NAMES.get(name) or codes.get(name.lower())
        if code and isinstance(risk, float):
            risks.setdefault(int(year), {})[code] = risk
    return risks
