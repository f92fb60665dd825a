"""Scores of draws, side by side in one run: tocsin.forecast.scores, plain numpy, and scoringrules.

    python benchmarks/scores.py [--forecasts 41256] [--draws 1000] [--rounds 3]

41,256 = 191 countries x 12 months x 18 windows. Two inputs: counts as conflict has them (six in seven forecasts are
all but zero), and counts without a zero anywhere, where nothing can be skipped. All compute CRPS, ignorance in VIEWS'
bins and the 90 % interval score of the same draws; ours computes the log1p-CRPS as well. Each contender runs in a
process of its own, after one warm-up on a few rows; best wall time of the rounds, and peak memory beyond the input.

    plain numpy     what a careful analyst writes: sort, order-statistic form of the CRPS, np.quantile, searchsorted
    scoringrules    crps_ensemble(estimator="qd", backend="numba") and interval_score on np.quantile; bins by numpy
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
AIM_RATIO, AIM_MB = 0.1, 1000
CONTENDERS = ("tocsin", "numpy", "scoringrules")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forecasts", type=int, default=41_256)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--kind", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contender:
        print(json.dumps(run(asked)))
        return
    print(f"{asked.forecasts:,} forecasts x {asked.draws:,} draws, best of {asked.rounds} rounds, one thread")
    for kind in ("conflict", "dense"):
        found = {name: in_own_process(asked, name, kind) for name in CONTENDERS}
        base = found["numpy"]["seconds"]
        print(f"\n{kind} counts")
        for name, one in found.items():
            print(
                f"  {name:14} {one['seconds']:8.3f} s  {one['seconds'] / base:6.3f} x numpy  {one['mb']:7.0f} MB "
                f"beyond the input, {one['peak_mb']:.0f} MB in all   CRPS {one['crps']:.6f} IGN {one['ign']:.6f} "
                f"MIS {one['mis']:.6f}"
            )
        ratio, peak = found["tocsin"]["seconds"] / base, found["tocsin"]["peak_mb"]
        print(f"  aim {AIM_RATIO} x numpy: {'met' if ratio <= AIM_RATIO else 'missed'} ({ratio:.3f})")
        print(f"  aim < {AIM_MB} MB: {'met' if peak < AIM_MB else 'missed'} ({peak:.0f})")
        agree = all(
            abs(found[n][s] - found["numpy"][s]) < 1e-6 * (1 + found["numpy"][s])
            for n in found
            for s in ("crps", "ign", "mis")
        )
        print(f"  all three agree to one in a million: {'yes' if agree else 'NO'}")


def in_own_process(asked: argparse.Namespace, name: str, kind: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--contender", name, "--kind", kind]
    command += ["--forecasts", str(asked.forecasts), "--draws", str(asked.draws), "--rounds", str(asked.rounds)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def run(asked: argparse.Namespace) -> dict[str, float]:
    import numpy as np

    rng = np.random.default_rng(7)
    n, m = asked.forecasts, asked.draws
    means = np.exp(rng.normal(3, 2, n))
    draws = np.empty((n, m), dtype=np.int32)
    quiet = rng.random(n) < 6 / 7
    for row in range(n):
        drawn = rng.poisson(means[row] * rng.gamma(0.5, 2, m))
        draws[row] = (
            np.where(rng.random(m) < 0.02, drawn, 0)
            if quiet[row] and asked.kind == "conflict"
            else drawn + (asked.kind == "dense")
        )
    outcomes = draws[np.arange(n), rng.integers(0, m, n)].astype(float)
    act = {"tocsin": by_tocsin, "numpy": by_numpy, "scoringrules": by_scoringrules}[asked.contender]
    act(draws[:50], outcomes[:50])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = []
    for _ in range(asked.rounds):
        started = time.perf_counter()
        crps, ign, mis = act(draws, outcomes)
        took.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": min(took),
        "mb": (peak - before) / 1024,
        "peak_mb": peak / 1024,
        "crps": crps,
        "ign": ign,
        "mis": mis,
    }


def by_tocsin(draws, outcomes):
    from tocsin.forecast.scores import score_draws

    means = score_draws(draws, outcomes).means()
    return means["crps"], means["ignorance"], means["interval"]


def by_numpy(draws, outcomes):
    import numpy as np

    m = draws.shape[1]
    x, y = np.sort(draws, axis=1).astype(float), outcomes[:, None]
    crps = np.abs(x - y).mean(axis=1) - (x * (2 * np.arange(1, m + 1) - m - 1)).sum(axis=1) / m**2
    edges = np.array([0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5])
    same = np.searchsorted(edges, draws, side="right") == np.searchsorted(edges, y, side="right")
    ign = -np.log2((same.sum(axis=1) + 1) / (m + 11))
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    mis = (high - low) + 20 * np.maximum(low - outcomes, 0) + 20 * np.maximum(outcomes - high, 0)
    return float(crps.mean()), float(ign.mean()), float(mis.mean())


def by_scoringrules(draws, outcomes):
    import numpy as np
    import scoringrules as sr

    m = draws.shape[1]
    crps = sr.crps_ensemble(outcomes, draws.astype(float), estimator="qd", backend="numba")
    edges = np.array([0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5])
    same = np.searchsorted(edges, draws, side="right") == np.searchsorted(edges, outcomes[:, None], side="right")
    ign = -np.log2((same.sum(axis=1) + 1) / (m + 11))
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    mis = sr.interval_score(outcomes, low, high, 0.1)
    return float(crps.mean()), float(ign.mean()), float(np.mean(mis))


if __name__ == "__main__":
    main()
