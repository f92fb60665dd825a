"""What must not be issued, and what a reader should know: every rule as a row of a table.

Each row breaks the Armenia case in one way and says which rule must notice, about which record, with which words.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.publish.incidents import INCIDENTS
from tests.spec.test_harm import ROWS as HARM
from tocsin.core.model.asks import Addressee, Response, SearchLog
from tocsin.core.model.claims import Grade, Position
from tocsin.core.model.edition import Content, Edition
from tocsin.core.model.sources import Citation
from tocsin.core.rules import RULES, Context, check
from tocsin.core.vocabulary import load_codebook

Break = Callable[[Content], Content]


def with_record(name: str, key: str, **fields: Any) -> Break:
    """Change fields of one record of a list."""

    def change(content: Content) -> Content:
        records = getattr(content, name)
        number = "number" if name == "findings" else "id"
        changed = tuple(replace(r, **fields) if str(getattr(r, number)) == key else r for r in records)
        assert changed != records, f"{name} {key} is not there, or nothing changed"
        return replace(content, **{name: changed})

    return change


def with_whole(**fields: Any) -> Break:
    """Change fields of the content itself."""
    return lambda content: replace(content, **fields)


def with_part(name: str, **fields: Any) -> Break:
    """Change fields of a part that is no list: level, map, confidence."""
    return lambda content: replace(content, **{name: replace(getattr(content, name), **fields)})


def twice(name: str) -> Break:
    """Let the first record of a list stand twice."""
    return lambda content: replace(content, **{name: (*getattr(content, name), getattr(content, name)[0])})


NONE_WITHOUT_LOG = (Response(status="none", as_of="2026-03", text="Nothing found."),)
NONE_WITHOUT_TERMS = (
    Response(status="none", as_of="2026-03", text="Nothing found.", search=SearchLog(date="2026-03", where="Press")),
)
DONE_ON_ONE_ORIGIN = (
    Response(
        status="implemented", as_of="2026", text="Done.", sources=(Citation(source="R21"), Citation(source="R37"))
    ),
)
GENERAL = (Position(by="Azerbaijan", text="Denies it.", basis="general"),)


def with_incident(**fields: Any) -> Break:
    """The invented incidents, the first of them changed."""
    first, *others = INCIDENTS.incidents
    return with_whole(incidents=(replace(INCIDENTS, incidents=(replace(first, **fields), *others)),))


ERRORS: list[tuple[str, str, Break, str, str]] = [
    (
        "uneven-series",
        "deaths-ARM",
        with_record("series", "deaths-ARM", high=(1, 2)),
        "2 counts in high and 60 in best",
        "one for each month",
    ),
    (
        "range-of-series",
        "deaths-ARM",
        with_record("series", "deaths-ARM", civilians=(9,) * 60),
        "civilians is 9",
        "low ≤ best ≤ high",
    ),
    (
        "country-of-series",
        "deaths-ARM",
        with_record("series", "deaths-ARM", countries=("ZZZ",)),
        "country ZZZ",
        "alpha-3",
    ),
    ("incident-twice", "invented-1", with_incident(id="12"), "12 stands 2 times", "once"),
    ("range-of-incident", "invented-1", with_incident(high=2), "low, best and high are [1, 3, 2]", "low ≤ best"),
    ("place-of-incident", "invented-1", with_incident(country="ZZZ"), "no country ZZZ", "alpha-3"),
    ("place-of-incident", "invented-1", with_incident(at=(39.5, 146.3)), "outside the world", "longitude before"),
    ("place-of-incident", "invented-1", with_incident(at=(46.3421, 39.51)), "more than 2 decimals", "Round it"),
    ("day-of-incident", "invented-1", with_incident(date="2023/.."), "no first and last day", "2023-09-19"),
    ("no-edtf-date", "invented-1", with_incident(date="autumn"), "'autumn'", "Write 2023"),
    ("claim-without-source", "C25", with_record("claims", "C25", sources=()), "has no source", "Name where"),
    ("claim-without-asserter", "C25", with_record("claims", "C25", asserted_by=" "), "has no asserter", "Say who"),
    ("other-side-missing", "C25", with_record("claims", "C25", positions=()), "the other side is missing", "positions"),
    ("stage-without-claim", "10", with_record("findings", "10", claims=()), "no claim supports it", "Cite the claims"),
    ("unknown-indicator", "C25", with_record("claims", "C25", indicators=("PRE-66",)), "PRE-66", "PRE-06"),
    (
        "unknown-stage",
        "10",
        with_record("findings", "10", framework="eight-stages"),
        "eight-stages has no stage 10",
        "",
    ),
    ("unknown-stage", "10", with_record("findings", "10", framework="ten-stage"), "'ten-stage'", "ten-stages"),
    ("unknown-stage-of-claim", "C25", with_record("claims", "C25", stages=(11,)), "stage 11", "1 to 10"),
    ("mixed-stage-models", "", with_record("findings", "4", framework="eight-stages"), "mix", "one version"),
    ("review-date", "", with_whole(review_date=None), "no review date", "review_date"),
    ("map-without-credit", "", with_part("map", credit=" "), "no credit", "Say who"),
    (
        "figure-shown-alone",
        "area-held",
        lambda content: replace(
            content, figures=(replace(content.figures[0], estimates=content.figures[0].estimates[:1]),)
        ),
        "shown alone",
        "what the others say",
    ),
    (
        "figure-shown-alone",
        "area-held",
        with_whole(bottom_line="Genocide Watch states that Azerbaijan holds 215 km² of Armenia."),
        "gives 215",
        "rivals",
    ),
    ("recommendation-without-addressee", "REC-1", with_record("recommendations", "REC-1", addressees=()), "nobody", ""),
    (
        "recommendation-without-addressee",
        "REC-1",
        with_record("recommendations", "REC-1", addressees=(Addressee(name="EU leaders", kind="iggo"),)),
        "no actor type",
        "igo",
    ),
    (
        "recommendation-without-instrument",
        "REC-1",
        with_record("recommendations", "REC-1", instrument=""),
        "names no instrument",
        "Say what kind",
    ),
    (
        "recommendation-without-instrument",
        "REC-1",
        with_record("recommendations", "REC-1", instrument="TRADE"),
        "does not exist",
        "TRADE_ENERGY",
    ),
    (
        "none-without-search-log",
        "REC-4",
        with_record("recommendations", "REC-4", responses=NONE_WITHOUT_LOG),
        "no search log",
        "search",
    ),
    (
        "none-without-search-log",
        "REC-4",
        with_record("recommendations", "REC-4", responses=NONE_WITHOUT_TERMS),
        "no search log",
        "search",
    ),
    (
        "response-without-evidence",
        "REC-5",
        with_record("recommendations", "REC-5", responses=(Response(status="partial", as_of="2024", text="Some."),)),
        "cites no source",
        "Cite the record",
    ),
    ("no-edtf-date", "C20", with_record("claims", "C20", date="20 September 2023"), "EDTF", "2023-09-20"),
    ("no-edtf-date", "C20", with_record("claims", "C20", date="2023-13"), "2023-13", "2023-10"),
    ("no-edtf-date", "C20", with_record("claims", "C20", date="2023-02-30"), "2023-02-30", ""),
    ("no-edtf-date", "R06", with_record("sources", "R06", date="May 2023"), "May 2023", ""),
    ("no-edtf-date", "area-held", lambda content: _figure_date(content, "spring"), "spring", ""),
    ("duplicate-id", "C01", twice("claims"), "stands 2 times in claims", "own id"),
    ("duplicate-id", "4", twice("findings"), "stands 2 times in findings", "own id"),
    ("dangling-reference", "C25", with_record("claims", "C25", places=("AM-SY",)), "AM-SY", "AM-SU"),
    ("dangling-reference", "10", with_record("findings", "10", claims=("C99",)), "C99", "C"),
    ("dangling-reference", "C25", with_record("claims", "C25", sources=(Citation(source="S99"),)), "S99", ""),
    ("dangling-reference", "REC-1", with_record("recommendations", "REC-1", claims=("C3",)), "C3", "C38"),
    ("unknown-source-type", "R06", with_record("sources", "R06", kind="press"), "no source type", ""),
    ("unknown-country", "AM-SU", with_record("places", "AM-SU", country="AREM"), "no country has the code AREM", "ARM"),
    ("unknown-country", "", with_part("situation", countries=("AZB",)), "no country has the code AZB", ""),
    ("unknown-level-definition", "", with_part("level", definition="2019"), "no level definition", "2013-2020"),
    ("likelihood", "", with_part("confidence", likelihood="quite likely"), "no probability word", "likely"),
    ("likelihood", "", with_part("confidence", likelihood="likely"), "without a time window", "Give the window"),
    ("nothing-said", "", with_whole(headline=" "), "headline is empty", "Write it"),
]

NOTICES: list[tuple[str, str, Break, str]] = [
    ("level-does-not-fit", "", with_part("level", declared="emergency"), "usually carry Warning"),
    ("level-does-not-fit", "", with_part("level", declared="watch"), "usually carry Warning"),
    ("stale", "", with_whole(review_date="2024-04-30"), "has passed"),
    ("single-origin", "10", lambda content: _only_genocide_watch(content), "one origin (genocide watch)"),
    ("weak-support", "7", with_record("findings", "7", support="weak"), "weak support"),
    (
        "confirmed-alone",
        "C01",
        with_record("claims", "C01", grade=Grade(source="C", information="1")),
        "single origin",
    ),
    ("general-knowledge", "C25", with_record("claims", "C25", positions=GENERAL), "general knowledge"),
    ("implemented-alone", "REC-1", with_record("recommendations", "REC-1", responses=DONE_ON_ONE_ORIGIN), "one origin"),
    ("not-attributed", "", with_whole(headline="Azerbaijan is invading Armenia"), "does not say who states it"),
    ("loaded-word", "C25", with_record("claims", "C25", text="The regime admits it."), "loaded word"),
    ("carried-wording", "", with_record("claims", "C25", wording="carried"), "1 of 41 claims"),
]


def _figure_date(content: Content, date: str) -> Content:
    figure = content.figures[0]
    estimates = (replace(figure.estimates[0], as_of=date), *figure.estimates[1:])
    return replace(content, figures=(replace(figure, estimates=estimates),))


def _only_genocide_watch(content: Content) -> Content:
    return with_record("claims", "C30", corroborated_by=())(content)


def found(content: Content, **context: Any) -> list[tuple[str, str, str, str, str]]:
    """What the rules find: rule, severity, about, text, remedy."""
    given = {"on": datetime.date(2024, 5, 1), "message_type": "Update", "reason": "Because."} | context
    problems = check(Context(content=content, codebook=load_codebook(), **given))
    return [(each.rule, each.severity, each.about, each.text, each.remedy) for each in problems]


@pytest.fixture
def content(armenia: tuple[Edition, Edition]) -> Content:
    return armenia[1].content


@pytest.mark.parametrize(
    ("rule", "about", "broken", "text", "remedy"), ERRORS, ids=[f"{row[0]} {row[3]}" for row in ERRORS]
)
def test_an_error_must_not_be_issued(
    content: Content, rule: str, about: str, broken: Break, text: str, remedy: str
) -> None:
    assert rule not in {each[0] for each in found(content)}, "the case is well before it is broken"
    ours = [each for each in found(broken(content)) if each[0] == rule]
    assert any(each[1] == "error" and each[2] == about and text in each[3] and remedy in each[4] for each in ours), ours


@pytest.mark.parametrize(("rule", "about", "broken", "text"), NOTICES, ids=[f"{row[0]} {row[3]}" for row in NOTICES])
def test_a_notice_is_for_the_reader(content: Content, rule: str, about: str, broken: Break, text: str) -> None:
    before = found(content)
    new = [each for each in found(broken(content)) if each[0] == rule and each not in before]
    assert any(each[1] == "notice" and each[2] == about and text in each[3] for each in new), new


def test_an_update_without_a_reason_must_not_be_issued(content: Content) -> None:
    assert ("no-reason", "error") in {each[:2] for each in found(content, reason=" ")}


def test_a_cancellation_needs_no_review_date(content: Content) -> None:
    rules = {each[0] for each in found(with_whole(review_date=None)(content), message_type="Cancel")}
    assert "review-date" not in rules


def test_a_material_change_that_nobody_explains_is_pointed_out(armenia: tuple[Edition, Edition]) -> None:
    first, second = (edition.content for edition in armenia)
    assert "change-unexplained" not in {each[0] for each in found(second, previous=first)}
    silent = replace(second, changes=tuple(each for each in second.changes if "C09" not in each.targets))
    assert [each[2] for each in found(silent, previous=first) if each[0] == "change-unexplained"] == ["C09"]


def test_the_declared_level_is_never_changed_by_a_rule(content: Content) -> None:
    odd = with_part("level", declared="emergency")(content)
    found(odd)
    assert odd.level.declared == "emergency"


def test_sources_that_share_an_origin_count_once(content: Content) -> None:
    doubled = replace(
        content,
        sources=tuple(
            replace(source, origin="Genocide Watch") if source.id == "R26" else source for source in content.sources
        ),
    )
    assert [each[2] for each in found(doubled) if each[0] == "single-origin"] == ["10"]


def test_every_rule_is_shown_to_fail_somewhere_above() -> None:
    shown = {row[0] for row in ERRORS} | {row[0] for row in NOTICES} | {"no-reason", "change-unexplained"}
    shown |= {row[0] for row in HARM}
    assert {rule.name for rule in RULES} - shown == set()


def test_the_rules_are_told_apart_by_name() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(msgspec.to_builtins(rule.severity) in ("error", "notice") for rule in RULES)
