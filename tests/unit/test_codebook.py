"""The codebook does not contradict itself, and is noticed when it does."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tocsin.core.vocabulary import VERSION, CodebookError, check_codebook, load_codebook, nearest

Tables = dict[str, Any]


@pytest.fixture
def tables() -> Tables:
    folder = files("tocsin.core.vocabulary") / "codebook"
    merged: Tables = {"version": VERSION}
    for file in folder.iterdir():
        merged |= tomllib.loads(file.read_text("utf-8"))
    return copy.deepcopy(merged)


def test_it_holds_the_fields_vocabulary() -> None:
    book = load_codebook()
    assert len(book.indicators) == 90
    assert len(book.un_factors) == 14
    assert len(book.instruments) == 20
    assert {status.id for status in book.response_statuses} == {
        "none", "announced", "partial", "implemented", "reversed"
    }  # fmt: skip
    assert len(book.level_definitions) == 2
    assert "".join(grade.id for grade in book.source_grades) == "ABCDEF"
    assert "".join(grade.id for grade in book.information_grades) == "123456"


@pytest.mark.parametrize(
    ("framework", "number", "stage"),
    [
        ("ten-stages", 7, "preparation"),
        ("eight-stages", 7, "extermination"),
        ("ten-stages", 3, "discrimination"),
        ("eight-stages", 3, "dehumanization"),
        ("ten-stages", 10, "denial"),
        ("eight-stages", 8, "denial"),
        ("eight-stages", 9, None),
        ("ten-stages", 0, None),
        ("nine-stages", 1, None),
    ],
)
def test_a_number_means_a_stage_only_within_its_model(framework: str, number: int, stage: str | None) -> None:
    found = load_codebook().find_stage(framework, number)
    assert (found.id if found else None) == stage


def test_unverified_numbering_is_kept_as_unverified() -> None:
    verified = {each.id for each in load_codebook().un_indicators if each.numbering_verified}
    assert "7.10" in verified
    assert "7.11" not in verified
    assert not {each for each in verified if ".u" in each}


CONTRADICTIONS: list[tuple[str, Callable[[Tables], None]]] = [
    ("indicator CLA-01 stands 2 times", lambda t: t["indicators"].append(t["indicators"][0])),
    ("names the unknown stage 11", lambda t: t["indicators"][0].update(stages=[11])),
    ("names the unknown UN factor 15", lambda t: t["indicators"][0].update(un_factors=[9, 15])),
    ("names 9.1 without its factor", lambda t: t["indicators"][0].update(un_factors=[8])),
    ("names the unknown UN indicator 9.99", lambda t: t["indicators"][0].update(un_indicators=["9.99"])),
    ("names the unknown CAMEO code 999", lambda t: t["indicators"][0].update(cameo_codes=["999"])),
    ("names the unknown ACLED sub-event type", lambda t: t["indicators"][0].update(acled_sub_event_types=["X"])),
    ("names the unknown legal tag", lambda t: t["indicators"][0].update(legal_tags=["X"])),
    ("names the unknown source type", lambda t: t["indicators"][0].update(typical_sources=["X"])),
    ("belongs to no group", lambda t: t["indicators"][0].update(id="XXX-01")),
    ("stage model eight-stages names the unknown stage", lambda t: t["stage_models"][1].update(stages=["x"])),
    ("the UN factors are not 1 to 14", lambda t: t["un_factors"].pop()),
    ("do not meet", lambda t: t["probability_words"][0].update(p_high=0.06)),
    ("names the unknown actor type", lambda t: t["instruments"][0].update(typical_addressees=["x"])),
    ("a wrong shape", lambda t: t["indicators"][0].update(severity="dreadful")),
    ("a wrong shape", lambda t: t["indicators"][0].update(extra=1)),
]


@pytest.mark.parametrize(("said", "spoil"), CONTRADICTIONS, ids=[said for said, _ in CONTRADICTIONS])
def test_a_contradiction_is_named(tables: Tables, said: str, spoil: Callable[[Tables], None]) -> None:
    check_codebook(copy.deepcopy(tables))
    spoil(tables)
    with pytest.raises(CodebookError, match=said):
        check_codebook(tables)


def test_the_nearest_names_are_offered() -> None:
    assert "PRE-06" in nearest("PRE-66", [each.id for each in load_codebook().indicators])
    assert nearest("zzzz", ["PRE-06"]) == []
