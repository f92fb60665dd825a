"""Claims and recommendations as tables that spreadsheets, HXL tools and programs read alike."""

from __future__ import annotations

import csv
import io
import re

import pandas
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.publish.plain_text import visible
from tocsin.publish.reading import Reading
from tocsin.publish.tables import cell, claims_csv, recommendations_csv, text_of_cell

TAG = re.compile(r"#[a-z][a-z0-9]*(\+[a-z][a-z0-9]*)*")
# HXL 1.1's core tags, as the desk's reference lists them.
_CORE = """
access activity adm1 affected beneficiary capacity cause channel contact country crisis currency date delivery
description event frequency geo group impact indicator inneed item loc meta modality need operations org
output population priority reached region respondee sector service severity status subsector targeted value
"""
CORE = frozenset(_CORE.split())


def table(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The tag row, and the rows with the texts that their cells stand for."""
    tags, *rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    return tags, [{name: text_of_cell(value) for name, value in row.items()} for row in rows]


def test_the_claims_read_back_as_they_were(readings: tuple[Reading, Reading]) -> None:
    content = readings[1].content
    _, rows = table(claims_csv(readings[1]))
    assert [row["claim_id"] for row in rows] == [claim.id for claim in content.claims]
    for row, claim in zip(rows, content.claims, strict=True):
        assert row["text"] == claim.text
        assert row["asserted_by"] == claim.asserted_by
        assert row["date"] == claim.date
        assert row["stages"] == "|".join(map(str, claim.stages))
        assert row["indicators"].split("|") == list(claim.indicators or ("",))
        assert row["source_grade"] + row["information_grade"] == str(claim.grade)
        assert row["contested"] == str(claim.contested).lower()
        assert all(f"{position.by}: {position.text}" in row["positions"] for position in claim.positions)
        best = claim.quantity.best if claim.quantity else None
        assert (float(row["quantity_best"]) if row["quantity_best"] else None) == best


def test_a_claim_counts_its_origins_not_its_sources(readings: tuple[Reading, Reading]) -> None:
    _, rows = table(claims_csv(readings[1]))
    for row, claim in zip(rows, readings[1].content.claims, strict=True):
        assert int(row["n_origins"]) == len(readings[1].origins(claim))


def test_each_response_is_a_row_in_the_order_of_time(readings: tuple[Reading, Reading]) -> None:
    _, rows = table(recommendations_csv(readings[1]))
    waiver = [row for row in rows if row["recommendation_id"] == "REC-2a"]
    assert [(row["response_status"], row["response_as_of"]) for row in waiver] == [
        ("announced", "2023-11-15"),
        ("reversed", "2025-08-15"),
    ]
    assert {row["recommendation_id"] for row in rows} == {ask.id for ask in readings[1].content.recommendations}
    assert all(row["search_where"] for row in rows if row["response_status"] == "none"), "none found: says where"


def test_a_tag_row_of_hxl_stands_under_the_header(readings: tuple[Reading, Reading]) -> None:
    for data in (claims_csv(readings[1]), recommendations_csv(readings[1])):
        tags, _ = table(data)
        assert all(TAG.fullmatch(tag) for tag in tags.values())
        assert {tag[1:].split("+")[0] for tag in tags.values()} <= CORE
        assert len(set(tags.values())) == len(tags), "no two columns mean the same"


def test_every_line_ends_as_rfc_4180_has_it(readings: tuple[Reading, Reading]) -> None:
    data = claims_csv(readings[1])
    assert data.startswith(b'\xef\xbb\xbf"claim_id",')
    assert data.endswith(b'"\r\n')


def test_pandas_reads_numbers_as_numbers(readings: tuple[Reading, Reading]) -> None:
    claims = pandas.read_csv(io.BytesIO(claims_csv(readings[1])), skiprows=[1])
    assert claims["quantity_best"].dtype == float
    assert claims["n_origins"].dtype == int
    assert claims.columns[0] == "claim_id"
    assert "Սյունիք" in claims["places"].iloc[0]


@given(st.text(st.characters(codec="utf-8")))
@example("=1+1")
@example("'=1+1")
@example("''")
@example(" \t@x")
@example("－1")
@example('a,b;"c"\r\nd')
def test_a_cell_runs_nothing_and_loses_nothing(text: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow([cell(text), "next"])
    ((read, following),) = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
    assert text_of_cell(read) == visible(text)
    assert following == "next"
    assert not read.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert not read.startswith(("\t", "\r", "\n"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_stays_a_number(number: float) -> None:
    value = cell(number)
    assert not isinstance(value, str)
    assert value == number


def test_an_absent_value_is_an_empty_cell() -> None:
    assert cell(None) == ""
