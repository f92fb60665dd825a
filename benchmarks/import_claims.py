"""A spreadsheet of claims, from the file to the records, on SQLite and on PostgreSQL in one run.

python benchmarks/import_claims.py [--claims 10000]

Each step by itself: read the cells, plan the claims, record them in one act. Aim: all of it within 10 s.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.databases import VENDORS, Desks, NoPostgresError  # the desks and databases that tests use
from tests.records.people import A_SITUATION, people
from tocsin.core.model.sources import Source
from tocsin.review.spreadsheet.planning import plan_claims
from tocsin.review.spreadsheet.reading import read_spreadsheet

AT = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
AIM_S = 10.0
HEADINGS = (
    "id", "text", "kind", "asserted_by", "speaker", "sources", "date", "quantity_text", "quantity_best", "indicators",
    "stages", "grade", "grade_reason", "contested", "other_side_by", "other_side_text", "other_side_sources",
    "check_next",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=10_000)
    n_claims = parser.parse_args().claims
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {n_claims:,} claims")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        file = Path(scratch) / "claims.xlsx"
        write(file, n_claims)
        print(f"file {file.stat().st_size / 1e6:.1f} MB, {len(HEADINGS)} columns")
        desks = Desks(Path(scratch))
        for vendor in VENDORS:
            try:
                with desks.open(vendor, Path(scratch) / vendor):
                    measure(vendor, file)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def write(file: Path, n_claims: int) -> None:
    """A spreadsheet in which most columns are filled."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("claims")
    sheet.append(HEADINGS)
    for number in range(n_claims):
        sheet.append(
            (
                f"C{number}", f"Statement {number}: a road was closed at a crossing.", "fact", "An observatory",
                "Its head", f"S{number % 50}: page {number}; S{(number + 1) % 50}", "2023-09-20", f"{number} people",
                number, "CLA-05", "6; 7", "C3", "one party's report", "yes", "A ministry", "Denies.", "S3", "Ask.",
            )
        )  # fmt: skip
    book.save(file)


def measure(vendor: str, file: Path) -> None:
    """Read, plan and record on one database."""
    from tocsin.records.queries import get_situation
    from tocsin.review import actions, queries

    rita, ani = people(("rita", "reviewer"), ("ani", "analyst"))
    actions.open_situation(by=rita, at=AT, key="bench", scope=A_SITUATION)
    situation = get_situation("bench")
    for number in range(50):
        source = Source(id=f"S{number}", publisher="A paper")
        actions.record_evidence(by=ani, at=AT, situation=situation, kind="source", key=source.id, content=source)
    cpu = time.process_time()
    times = [time.perf_counter()]
    cells = read_spreadsheet(file)
    times.append(time.perf_counter())
    plan = plan_claims(cells, queries.known_to(situation), graded_by=ani.name, on=AT.date())
    times.append(time.perf_counter())
    if plan.problems:
        sys.exit(f"the benchmark's own spreadsheet is wrong: {plan.problems[0]}")
    actions.record_claims(by=ani, at=AT, situation=situation, claims=plan.claims)
    times.append(time.perf_counter())
    read, planned, recorded = (after - before for before, after in itertools.pairwise(times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{vendor:11} read {read:.2f} s, plan {planned:.2f} s, record {recorded:.2f} s; in all "
        f"{times[-1] - times[0]:.2f} s (aim {AIM_S:.0f} s), own processor time "
        f"{time.process_time() - cpu:.2f} s, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
