"""The records of a desk, on SQLite and on PostgreSQL in one run.

python benchmarks/records.py [--entries 1000000] [--edits 10000] [--writers 20] [--claims 10000]

racing edits   writers in processes of their own each add a mark to whatever claim they read; whoever was overtaken
               reads again. Lost: a mark that no last version holds. Overwritten: a version without the marks before
audit chain    made by the rule, then verified as `tocsin doctor` does: hashes, bodies, columns
new claims     ten thousand claims with grades recorded in one act
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.databases import VENDORS, Desks, NoPostgresError  # the desks and databases that tests use
from tests.records.people import A_SITUATION, a_claim, people
from tocsin.core import audit
from tocsin.core.model.claims import Claim, Grade
from tocsin.warn.desk import DeskFolder

AT = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
N_CLAIMS = 50
AIMS = {"audit chain": 20.0, "new claims": 10.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--claims", type=int, default=10_000)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        desks = Desks(Path(scratch))
        for vendor in VENDORS:
            try:
                with desks.open(vendor, Path(scratch) / vendor) as desk:
                    measure(vendor, desk, asked)
            except NoPostgresError as error:
                print(f"{vendor}: {error}")
        desks.close()


def measure(vendor: str, desk: DeskFolder, asked: argparse.Namespace) -> None:
    """All measurements on one database."""
    print(vendor)
    race(desk, asked.edits, asked.writers)
    new_claims(asked.claims)
    chain(asked.entries)


def race(desk: DeskFolder, n_edits: int, n_writers: int) -> None:
    """Racing edits, and what became of each."""
    from django.db import connections

    from tocsin.records.acting import acting
    from tocsin.records.models import Record, Version

    names = [f"writer{number}" for number in range(n_writers)]
    writers = people(*((name, "analyst") for name in names))
    with acting("bench.situation", by=writers[0], at=AT, needs="analyst") as act:
        situation = act.keep("situation", "bench", A_SITUATION).record
        for number in range(N_CLAIMS):
            act.keep("claim", f"C{number}", a_claim(f"C{number}", "-"), situation=situation)
    connections.close_all()
    each = n_edits // n_writers
    started = time.perf_counter()
    context = multiprocessing.get_context("fork")
    with context.Pool(n_writers) as pool:
        overtaken = sum(pool.map(write, [(name, number, each) for number, name in enumerate(names)], chunksize=1))
    took = time.perf_counter() - started
    n_made = each * n_writers
    lost = overwritten = n_versions = 0
    found = set()
    for record in Record.objects.filter(kind="claim", situation__key="bench"):
        before: list[str] = []
        for version in Version.objects.filter(record=record).order_by("number"):
            marks = version.read(Claim).text.split()
            overwritten += marks[: len(before)] != before
            before = marks
            n_versions += 1
        found |= set(before)
    lost = n_made - len(found - {"-"})
    print(
        f"  racing edits   {n_made:,} by {n_writers} writers in {took:.1f} s ({n_made / took:.0f}/s), overtaken "
        f"{overtaken:,} times, lost {lost}, overwritten {overwritten}, versions {n_versions - N_CLAIMS:,}"
    )


def write(job: tuple[str, int, int]) -> int:
    """One writer: adds its marks, reading again whenever it was overtaken. Gives how often that was."""
    import random

    from tocsin.records.acting import ChangedMeanwhileError
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record, get_situation, newest
    from tocsin.review.actions import record_claim

    name, seed, n = job
    chance = random.Random(seed)
    person, situation = get_person(name), get_situation("bench")
    overtaken = 0
    for number in range(n):
        key = f"C{chance.randrange(N_CLAIMS)}"
        while True:
            version = newest(get_record("claim", key, situation=situation))
            said = version.read(Claim)
            changed = msgspec.structs.replace(said, text=f"{said.text} {name}.{number}")
            try:
                record_claim(by=person, at=AT, situation=situation, claim=changed, seen=version.number)
            except ChangedMeanwhileError:
                overtaken += 1
                continue
            break
    return overtaken


def new_claims(n: int) -> None:
    """Ten thousand claims with grades in one act."""
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_situation
    from tocsin.review.actions import record_claims

    grade = Grade(source="C", information="3", reason="one report")
    claims = [msgspec.structs.replace(a_claim(f"N{number}"), grade=grade) for number in range(n)]
    started = time.perf_counter()
    record_claims(by=get_person("writer0"), at=AT, situation=get_situation("bench"), claims=claims)
    report("new claims", f"{n:,} with grades", time.perf_counter() - started)


def chain(n: int) -> None:
    """A chain of this length after what stands, verified as doctor does."""
    from django.db import connection

    from tocsin.records.integrity import verify_entries
    from tocsin.records.models import AuditEntry, Person

    last = AuditEntry.objects.order_by("seq").last()
    assert last is not None
    by = Person.objects.get(username="writer0")
    started = time.perf_counter()
    rows: list[tuple[Any, ...]] = []
    previous = last.sha256
    statement = (
        "INSERT INTO records_auditentry (seq, previous_sha256, sha256, body, at, by_id, action) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    for seq in range(last.seq + 1, n + 1):
        body = audit.AuditBody(
            seq=seq, at="2026-11-23T12:00:00Z", by="writer0", action="review.record_claim", about=f"claim C{seq % 50}",
            reason="a better wording", detail={"note": "as it would be written by a person at work"},
        )  # fmt: skip
        link = audit.link(body, previous)
        previous = link.sha256
        rows.append((seq, link.previous_sha256, link.sha256, link.body, AT, by.pk, body.action))
        if len(rows) == 20_000 or seq == n:
            insert(connection, statement, rows)
            rows.clear()
    made = time.perf_counter() - started
    started = time.perf_counter()
    failures = list(verify_entries(n))
    took = time.perf_counter() - started
    assert not failures, failures[:3]
    report("audit chain", f"{n:,} entries (made in {made:.0f} s)", took)


def insert(connection: Any, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Add entries in one transaction; in PostgreSQL by COPY."""
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = statement.partition("(")[2].partition(")")[0]
            with cursor.copy(f"COPY records_auditentry ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(statement, rows)


def report(name: str, what: str, took: float) -> None:
    """One line, with the aim."""
    aim = AIMS[name]
    print(f"  {name:<14} {what}: {took:.1f} s (aim {aim:.0f} s: {'met' if took <= aim else 'MISSED'})")


if __name__ == "__main__":
    main()
