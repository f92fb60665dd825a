"""The alert model against EWP's annual risk, the one-line rule and trailing deaths; needs the real data beside it.

    python benchmarks/alert.py [--origins 2010-01:2018-12] [--write]
    python benchmarks/alert.py --origins 2000-01:2008-12         development origins

Starts, sudden starts, hits and false episodes are as defined in tocsin.forecast.alert.episodes and .lists: monthly
lists of ten among the countries at risk. Missed and caught sudden starts are named. Differences carry the interval of a
bootstrap that draws whole countries; from fewer than a hundred starts none is called significant. --write puts what
was measured into models/alert.toml.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
import pyarrow.csv

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.data_beside import data_folder  # noqa: E402
from tocsin.core.geography import countries  # noqa: E402
from tocsin.forecast.alert.baselines import AnnualRisk  # noqa: E402
from tocsin.forecast.alert.episodes import KNOWN_AFTER, THRESHOLDS, at_risk, labels  # noqa: E402
from tocsin.forecast.alert.history import history_of  # noqa: E402
from tocsin.forecast.alert.lists import Caught, catch  # noqa: E402
from tocsin.forecast.alert.models import DEFAULT, alert_models  # noqa: E402
from tocsin.forecast.alert.panel import alpha3_of, month_from, month_text, read_panel  # noqa: E402
from tocsin.forecast.backtest import rolling  # noqa: E402
from tocsin.forecast.scores import auc, average_precision, brier, compare_means, log_score, reliability  # noqa: E402

CARD = ROOT / "models" / "alert.toml"
MARK = "# Measured. Written by benchmarks/alert.py --write; not by hand.\n"
FIRST_AIM, AIM, FALSE_AIM = {1000: 0.44, 250: 0.56}, {1000: 0.67, 250: 0.70}, 5
ENOUGH = 100
EWP_NAMES = {
    "Burma/Myanmar": "MMR", "Cape Verde": "CPV", "Democratic Republic of Congo": "COD", "Ivory Coast": "CIV",
    "Kyrgystan": "KGZ", "Macedonia": "MKD", "Republic of Congo": "COG", "The Gambia": "GMB", "Turkey": "TUR",
    "Czech Republic": "CZE", "Democratic Republic of Vietnam": "VNM", "Kosovo": "XKX",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origins", default="2010-01:2018-12")
    parser.add_argument("--lists", type=int, nargs="*", default=[5, 10, 20])
    parser.add_argument("--write", action="store_true", help="put the scores into the card")
    asked = parser.parse_args()
    folder = data_folder()
    if not folder.exists():
        print(f"skipped: the real data is not beside the project ({folder})")
        return
    first, last = (month_from(text) for text in asked.origins.split(":"))
    frame = read_panel(folder / "ucdp" / "ged_25_1_country_month_to_2019.parquet")
    whole = history_of(frame.at(int(frame.time.max())))
    rows = range(first - int(whole.months[0]), last - int(whole.months[0]) + 1)
    names = [alpha3_of(int(number)) for number in whole.countries]
    models = {
        **alert_models(),
        "annual-risk": AnnualRisk(ewp_risks(folder / "ewp" / "ewp_out_of_sample_1994_2019.csv")),
    }
    chances: dict[str, dict[int, np.ndarray]] = {}
    for name, model in models.items():
        started = time.perf_counter()
        made = [one.forecast for one in rolling(model, frame, range(first, last + 1), seed=1)]
        chances[name] = {x: np.array([one.p[x] for one in made]) for x in THRESHOLDS}
        print(f"{name:20} {time.perf_counter() - started:7.1f} s for {len(made)} origins")
    lines = [f'origins = "{asked.origins}"']
    for threshold in THRESHOLDS:
        print(f"\nstarts of {threshold} civilians killed, origins {asked.origins}")
        found = {
            (name, k): catch(chances[name][threshold], whole.civilians, rows, threshold, k=k)
            for name in models
            for k in asked.lists
        }
        for (name, k), one in found.items():
            print(
                f"  {name:18} top {k:2}: sudden {one.recall(sudden=True):.2f} of {sum(s.sudden for s in one.starts)}, "
                f"all {one.recall(sudden=False):.2f} of {len(one.starts)}, "
                f"in the month before {np.mean(one.hit_month_before) if one.starts else float('nan'):.2f}, "
                f"{one.false_per_year:.1f} false episodes a year"
            )
        lines += toml(found[DEFAULT, 10], {name: found[name, 10] for name in models}, threshold)
        name_sudden(found[DEFAULT, 10], names, int(whole.months[0]))
        compare(found, threshold)
        lines += probabilities(chances, whole.civilians, rows, threshold)
    if asked.write:
        text = CARD.read_text(encoding="utf-8")
        head = text[: text.index(MARK)] if MARK in text else text
        CARD.write_text(head + MARK + "[scores]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def toml(ours: Caught, all_models: dict[str, Caught], threshold: int) -> list[str]:
    lines = [
        f"n_starts_{threshold} = {len(ours.starts)}",
        f"n_sudden_{threshold} = {sum(one.sudden for one in ours.starts)}",
        f"false_episodes_a_year_{threshold} = {ours.false_per_year:.2f}",
    ]
    for name, one in all_models.items():
        lines.append(f'"sudden_in_top_10_{threshold}_{name}" = {one.recall(sudden=True):.3f}')
        lines.append(f'"all_in_top_10_{threshold}_{name}" = {one.recall(sudden=False):.3f}')
    recall = ours.recall(sudden=True)
    print(
        f"  aim {AIM[threshold]}: {'met' if recall >= AIM[threshold] else 'missed'}; first {FIRST_AIM[threshold]}: "
        f"{'met' if recall >= FIRST_AIM[threshold] else 'missed'}; at most {FALSE_AIM} false episodes a year: "
        f"{'met' if ours.false_per_year <= FALSE_AIM else 'missed'}"
    )
    return lines


def name_sudden(ours: Caught, names: list[str], first_month: int) -> None:
    for start, hit in zip(ours.starts, ours.hit, strict=True):
        if start.sudden:
            print(
                f"    {'caught' if hit else 'MISSED'} {names[start.country]} {month_text(first_month + start.row)}: "
                f"{start.before:.0f} killed in the year before, {start.killed:.0f} from then on"
            )


def compare(found: dict[tuple[str, int], Caught], threshold: int) -> None:
    """Recall of sudden starts less that of each baseline, in the top ten."""
    ours = found[DEFAULT, 10]
    sudden = np.array([one.sudden for one in ours.starts], dtype=bool)
    where = np.array([one.country for one in ours.starts])[sudden]
    if len(np.unique(where)) < 2:
        return
    for name, k in found:
        if k == 10 and name != DEFAULT:
            a, b = (np.array(one.hit, dtype=float)[sudden] for one in (ours, found[name, 10]))
            gap = compare_means(a, b, where, seed=1)
            note = "" if sudden.sum() >= ENOUGH else f"; {sudden.sum()} starts are too few to call it significant"
            print(f"  sudden starts of {threshold} caught, more than by {name}: {gap}{note}")


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


if __name__ == "__main__":
    main()
