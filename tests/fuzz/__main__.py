"""Fuzz every target, or those named, each in a process of its own for a bounded time; say what broke and on
which bytes.

    python -m tests.fuzz [--seconds 20] [TARGET ...]

Exit codes: 0 nothing broke, 1 a target broke (its bytes are kept under `fuzz-findings/`), 2 atheris is not
installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.data_beside import ROOT

FINDINGS = ROOT / "fuzz-findings"


def main() -> int:
    """Run the targets one after the other."""
    from tests.fuzz.targets import TARGETS

    given = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the parsers for a bounded time.")
    given.add_argument("--seconds", type=int, default=20, help="for each target")
    given.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)} [all]")
    asked = given.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: run `make fuzz`", file=sys.stderr)
        return 2
    broken = []
    for name in asked.targets or TARGETS:
        with tempfile.TemporaryDirectory() as corpus:
            for number, seed in enumerate(TARGETS[name].seeds):
                (Path(corpus) / f"seed-{number}").write_bytes(seed)
            FINDINGS.mkdir(exist_ok=True)
            limits = [f"-max_total_time={asked.seconds}", "-timeout=20", "-rss_limit_mb=2048", "-max_len=20000"]
            options = [*limits, f"-artifact_prefix={FINDINGS}/{name}-", "-verbosity=0", corpus]
            ended = subprocess.run([sys.executable, "-m", "tests.fuzz.one", name, *options], cwd=ROOT, check=False)
        print(
            f"{name:12} {'nothing broke' if ended.returncode == 0 else 'BROKE'} in {asked.seconds} s",
            flush=True,
        )
        broken += [name] if ended.returncode else []
    if not any(FINDINGS.iterdir()):
        FINDINGS.rmdir()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
