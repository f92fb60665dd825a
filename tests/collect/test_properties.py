"""Properties of the parsers: damage is survived, and what is written comes back as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.desks import query
from tests.fuzz.tables import SAMPLES
from tests.fuzz.targets import TARGETS, try_one
from tocsin.collect.emitted import Input, silent
from tocsin.collect.errors import LayoutError
from tocsin.collect.fields import Fields
from tocsin.collect.rows import as_text
from tocsin.collect.source import Column, Layout, Publisher, Source, Table
from tocsin.collect.tables import ENGINE, emit

ONE_EACH = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

damage = st.lists(
    st.tuples(
        st.sampled_from(["cut", "drop", "insert", "repeat"]),
        st.floats(0, 1),
        st.floats(0, 1),
        st.binary(max_size=8),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, steps: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, at, length, more in steps:
        start = int(at * len(data))
        end = min(len(data), start + 1 + int(length * 64))
        data = {
            "cut": data[:start],
            "drop": data[:start] + data[end:],
            "insert": data[:start] + more + data[start:],
            "repeat": data[:end] + data[start:],
        }[kind]
    return data


@pytest.mark.parametrize("name", [*SAMPLES, "unpacking", "source-toml"])
def test_damage_is_answered_with_a_sentence_or_a_table_never_a_traceback(name: str) -> None:
    whole = TARGETS[name].seeds[0]

    @ONE_EACH
    @given(damage)
    def survives(steps: list[tuple[str, float, float, bytes]]) -> None:
        try_one(name, damaged(whole, steps))

    survives()


COLUMNS = {
    "id": Column(type="BIGINT", about="number", required=True),
    "said": Column(type="VARCHAR", about="any text"),
    "n": Column(type="INTEGER", about="a whole number"),
    "p": Column(type="DOUBLE", about="any number"),
    "day": Column(type="DATE", about="a day"),
    "sure": Column(type="BOOLEAN", about="yes or no"),
}
SOURCE = Source(
    name="anything", title="Anything", about="", revision=1, warnings=(),
    origin=Publisher(producer="-", citation="", licence="none stated", url=""),
    tables=(
        Table(
            name="rows", about="", columns=COLUMNS, rows=(0, 10**6), key=("id",),
            layouts=(Layout(name="csv", format="csv", header=tuple(COLUMNS)),),
        ),
    ),
)  # fmt: skip

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=40)
cells = st.tuples(
    st.none() | texts,
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31)),
    st.none() | st.booleans(),
)


def write_and_read(rows: list[tuple[object, ...]], folder: Path) -> list[tuple[object, ...]]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    path = folder / "rows.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    given = Input(path=path, sha256="", name="rows.csv", byte_size=path.stat().st_size)
    emit(SOURCE, [given], folder, records=None, last_good=lambda _: [], engine=ENGINE, progress=silent)
    return query(sorted((folder / "rows").glob("*.parquet")), "SELECT * FROM rows ORDER BY id")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(cells, max_size=6))
def test_what_stands_in_a_csv_stands_in_the_table(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    numbered = [(number, *row) for number, row in enumerate(rows)]
    assert write_and_read(numbered, tmp_path_factory.mktemp("csv")) == numbered


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_as_text_that_reads_back_as_the_same_number(number: float) -> None:
    assert float(str(as_text(number))) == number


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6), st.data())
def test_a_record_is_done_only_when_every_field_was_taken_or_left(record: dict[str, int], data: st.DataObject) -> None:
    taken = data.draw(st.sets(st.sampled_from(sorted(record)))) if record else set()
    left = data.draw(st.sets(st.sampled_from(sorted(record)))) if record else set()
    fields = Fields(record, where="a record")
    for name in taken:
        assert fields.pop(name) == record[name]
    for name in left - taken:
        fields.left(name, "not needed")
    if record.keys() == taken | left:
        fields.done()
    else:
        with pytest.raises(LayoutError, match="unknown fields"):
            fields.done()
