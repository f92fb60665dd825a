"""Adding and verifying captures, beside sha256sum on the same bytes.

    python benchmarks/archive.py [--captures 10000] [--kib 6 60 250] [--rounds 3]

sha256sum reads each byte once: less cannot be done to know that bytes are whole. It is coreutils' own, on the
same files, warm in the page cache like ours. OpenSSL's SHA-256, which we use, is timed too: where the processor
has SHA instructions, most of what verifying gains over coreutils is OpenSSL's doing.

    add together        `Archive.add_files`: copy, hash, sidecar, custody line; 4,096 files flushed at a time
    add one at a time   `Archive.add_file`: the same, each flushed by itself; 200 of the files, in ms each
    verify              `Archive.verify`: every byte, every sidecar, every link of the chain
    copy and flush      what the disk alone takes: every file copied by Python, then one `sync`, no hash
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tocsin.archive import Archive, Origin

AT = datetime(2026, 3, 1, tzinfo=UTC)
AIM = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--kib", type=int, nargs="*", default=[6, 60, 250], help="mean size of a capture")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{asked.captures:,} captures, median of {asked.rounds} rounds, {os.cpu_count()} processors")
    for kib in asked.kib:
        compare(asked.captures, kib, asked.rounds)


def compare(n_captures: int, kib: int, rounds: int) -> None:
    """One table for captures of one mean size."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        folder = Path(scratch)
        files = make_files(folder / "files", n_captures, kib)
        n_bytes = sum(file.stat().st_size for file in files)
        items = [(file, an_origin(file)) for file in files]
        took: dict[str, list[float]] = {}
        single_ms: list[float] = []

        def timed(name: str, act: Callable[[], object]) -> None:
            started = time.perf_counter()
            act()
            took.setdefault(name, []).append(time.perf_counter() - started)

        for _ in range(rounds):
            os.sync()
            timed("sha256sum", lambda: digest_all(["sha256sum"], files))
            timed("openssl dgst -sha256", lambda: digest_all(["openssl", "dgst", "-sha256", "-r"], files))
            timed("copy and flush", lambda: copy_all(files, folder / "copies"))
            shutil.rmtree(folder / "copies")
            archive = Archive(folder / "archive")
            timed("add together", lambda one=archive: one.add_files(items, at=AT, by="bench"))
            timed("verify", lambda one=archive: check(one))
            shutil.rmtree(folder / "archive")
            single = Archive(folder / "single")
            some = items[:: max(1, n_captures // 200)]
            started = time.perf_counter()
            for file, origin in some:
                single.add_file(file, origin=origin, at=AT, by="bench")
            single_ms.append(1000 * (time.perf_counter() - started) / len(some))
            shutil.rmtree(folder / "single")
        report(n_bytes, kib, {name: statistics.median(times) for name, times in took.items()})
        print(f"  {'add one at a time':44} {statistics.median(single_ms):7.2f} ms each")


def report(n_bytes: int, kib: int, took: dict[str, float]) -> None:
    limit = took["sha256sum"]
    took["add + verify, against two sha256sum passes"] = took["add together"] + took["verify"]
    print(f"\n{kib} KiB on average, {n_bytes / 1e6:,.0f} MB")
    for name, seconds in took.items():
        against = 2 * limit if name.startswith("add + verify") else limit
        aim = verdict(seconds / against) if name.startswith(("add", "verify")) else ""
        print(f"  {name:44} {seconds:7.2f} s  {seconds / against:5.2f} x sha256sum  {aim}")


def verdict(ratio: float) -> str:
    return f"within {AIM}" if ratio <= AIM else f"misses {AIM}"


def make_files(folder: Path, n_captures: int, kib: int) -> list[Path]:
    """Files of random bytes, of sizes from a tenth of the mean to almost twice it."""
    folder.mkdir()
    files = []
    for number in range(n_captures):
        file = folder / f"{number:06}.bin"
        file.write_bytes(os.urandom(int(kib * 1024 * (0.1 + 1.8 * (number % 97) / 96))))
        files.append(file)
    return files


def an_origin(file: Path) -> Origin:
    return Origin(
        producer="A publisher",
        title=file.name,
        licence="CC-BY-4.0",
        retrieved_at=AT,
        known_at=AT,
        source_url=f"https://example.org/{file.name}",
    )


def digest_all(command: list[str], files: list[Path]) -> None:
    for start in range(0, len(files), 2000):
        words = [*command, *map(str, files[start : start + 2000])]
        subprocess.run(words, stdout=subprocess.DEVNULL, check=True)


def copy_all(files: list[Path], to: Path) -> None:
    to.mkdir()
    for file in files:
        (to / file.name).write_bytes(file.read_bytes())
    os.sync()


def check(archive: Archive) -> None:
    findings = list(archive.verify())
    assert findings == [], findings[:3]


if __name__ == "__main__":
    main()
