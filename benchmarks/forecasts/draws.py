"""Scores of draws: tocsin.forecast.scores, plain numpy and scoringrules on the same draws.

41,256 forecasts = 191 countries x 12 months x 18 windows. Two inputs: counts as conflict has them (six in seven
forecasts are all but zero), and counts without a zero anywhere, where nothing can be skipped. All compute CRPS,
ignorance in VIEWS' bins and the 90 % interval score; ours computes the log1p-CRPS as well. Each contender runs in a
process of its own, after one warm-up on a few rows; best CPU time of the rounds, and peak memory.

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
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.forecasts.table import Row  # noqa: E402

CONTENDERS = ("tocsin", "numpy", "scoringrules")


def measure(*, quick: bool) -> list[Row]:
    """Prints what was found; gives the rows of the table."""
    asked = argparse.Namespace(forecasts=4_000 if quick else 41_256, draws=1_000, rounds=1 if quick else 3)
    print(f"\nscores of {asked.forecasts:,} forecasts x {asked.draws:,} draws, best of {asked.rounds}, one thread")
    rows = []
    for kind in ("conflict", "dense"):
        found = {name: in_own_process(asked, name, kind) for name in CONTENDERS}
        base, ours = found["numpy"]["seconds"], found["tocsin"]
        for name, one in found.items():
            print(
                f"  {kind:9} {name:14} {one['seconds']:8.3f} CPU s  {one['seconds'] / base:6.3f} x numpy  "
                f"{one['mb']:5.0f} MB beyond the input, {one['peak_mb']:.0f} MB in all   CRPS {one['crps']:.6f} "
                f"IGN {one['ign']:.6f} MIS {one['mis']:.6f}"
            )
        agree = all(
            abs(found[n][s] - found["numpy"][s]) < 1e-6 * (1 + found["numpy"][s])
            for n in found
            for s in ("crps", "ign", "mis")
        )
        print(f"  all three agree to one in a million: {'yes' if agree else 'NO'}")
        theirs = f"numpy {base:.2f} s, scoringrules {found['scoringrules']['seconds'] / base:.2f} x"
        peaks = ", ".join(f"{name} {found[name]['peak_mb']:.0f}" for name in CONTENDERS[1:])
        what, ratio = f"scores of draws, {kind} counts", ours["seconds"] / base
        rows.append(Row(f"{what}, x numpy", theirs, ratio, (0.1, 0.1), lower=True))
        rows.append(Row(f"{what}, peak MB", peaks, ours["peak_mb"], (1000, 1000), lower=True, form=".0f"))
    return rows


def main() -> None:
    """One contender, in the process that `measure` started."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--forecasts", type=int, required=True)
    parser.add_argument("--draws", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--contender", choices=CONTENDERS, required=True)
    parser.add_argument("--kind", required=True)
    print(json.dumps(run(parser.parse_args())))


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
    before = peak_mb()
    took = []
    for _ in range(asked.rounds):
        started = time.process_time()
        crps, ign, mis = act(draws, outcomes)
        took.append(time.process_time() - started)
    peak = peak_mb()
    return {
        "seconds": min(took),
        "mb": peak - before,
        "peak_mb": peak,
        "crps": crps,
        "ign": ign,
        "mis": mis,
    }


def peak_mb() -> float:
    """The most memory that this process has held. What `getrusage` gives holds that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
