"""What the rules of harm find, and that no finding repeats what it found."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from tocsin.core.model.edition import Content, Edition
from tocsin.core.protection.checklist import CHECKLIST, look
from tocsin.core.protection.coarsening import Coarsened, coarsen_position
from tocsin.core.protection.known import Agreed, Embargo, ExactPoint, Known
from tocsin.core.rules import RULES, Context, check
from tocsin.core.rules.harm import RULES as HARM_RULES
from tocsin.core.vocabulary import load_codebook

ON = datetime.date(2026, 11, 23)
NAME = "Anahit Sargsyan-Ղ"


def saying(text: str, field: str = "headline"):
    """The same content with one text changed."""
    return lambda content: replace(content, **{field: text})


def in_claim(text: str):
    """The same content with the text of its first claim changed."""
    return lambda content: replace(content, claims=(replace(content.claims[0], text=text), *content.claims[1:]))


def placed(at):
    """The same content with its first place put somewhere."""
    return lambda content: replace(content, places=(replace(content.places[0], at=at), *content.places[1:]))


def same(content: Content) -> Content:
    return content


SPOT = (46.2383, 39.4111)
PROTECTED = Known(names=(NAME, "José Müller"))

ROWS = [
    ("protected-name", "error", in_claim(f"As {NAME} says."), PROTECTED, "`text` of claims C01"),
    ("protected-name", "error", saying("SARGSYAN Ղ, Anahit states"), PROTECTED, "`headline`"),
    ("protected-name", "error", saying("Jose  MULLER was there"), PROTECTED, "`headline`"),
    ("names-not-compared", "error", same, Known(unread="the key was not at hand"), "could not be compared"),
    ("exact-place", "error", placed(SPOT), Known(points=(ExactPoint(at=SPOT, km=10),)), "exactly where people"),
    (
        "consent-not-given", "error", same,
        Known(agreed=(Agreed(witness="W1", claims=("C01",), scope=("publish",), informed=True, withdrawn=True),)),
        "withdrawn",
    ),
    (
        "consent-not-given", "error", same,
        Known(agreed=(Agreed(witness="W1", claims=("C01",), scope=("archive", "share"), informed=True),)),
        "did not agree",
    ),
    (
        "consent-not-given", "error", same,
        Known(agreed=(Agreed(witness="W1", claims=("C01",), scope=("publish",), informed=False),)), "did not agree",
    ),
    ("under-embargo", "error", same, Known(embargoes=(Embargo(about="claim/C01", until="2026-11-24"),)), "2026-11-24"),
    (
        "under-embargo", "error", same,
        Known(embargoes=(Embargo(about="bulletin/GW-2023-10-ARM-AZE", until="2026-11-24"),)), "the warning is under",
    ),
    ("personal-contact", "notice", in_claim("Call +374 10 123456."), Known(), "a telephone number"),
    ("personal-contact", "notice", in_claim("Call 010 12-34-56."), Known(), "a telephone number"),
    ("personal-contact", "notice", saying("Write to ani@example.org"), Known(), "an e-mail address"),
    ("personal-contact", "notice", saying("At 39.4111, 46.2383 they hide"), Known(), "exact coordinates"),
    ("personal-contact", "notice", saying("At 39°30'40\"N 46°20'18\"E"), Known(), "exact coordinates"),
    ("personal-contact", "notice", saying("At 38S PJ 12345 67890"), Known(), "exact coordinates"),
    (
        "place-coarsened", "notice", same, Known(coarsened=(Coarsened(place="goris", km=25, dates_to="month"),)),
        "grid of 25 km",
    ),
]  # fmt: skip


@pytest.fixture
def content(armenia: tuple[Edition, Edition]) -> Content:
    return armenia[0].content


def found(content: Content, known: Known) -> list:
    return check(Context(content=content, codebook=load_codebook(), on=ON, known=known))


@pytest.mark.parametrize(("rule", "severity", "broken", "known", "text"), ROWS)
def test_a_harm_is_found_and_not_repeated(content, rule, severity, broken, known, text) -> None:
    hits = [problem for problem in found(broken(content), known) if problem.rule == rule]
    assert hits, f"{rule} found nothing"
    assert all(problem.severity == severity for problem in hits)
    assert any(text in problem.text for problem in hits), hits
    told = " ".join(f"{problem.text} {problem.remedy}" for problem in hits)
    for secret in ("Anahit", "Sargsyan", "Müller", "39.4", "46.2", "374", "ani@"):
        assert secret not in told


@pytest.mark.parametrize(
    "known",
    [
        Known(),
        Known(names=("Ann", "Guliyev-Never", "")),
        Known(agreed=(Agreed(witness="W1", claims=("C01",), scope=("publish",), informed=True),)),
        Known(agreed=(Agreed(witness="W1", claims=("C99",), scope=(), informed=False, withdrawn=True),)),
        Known(embargoes=(Embargo(about="claim/C01", until="2026-11-23"),)),
        Known(embargoes=(Embargo(about="claim/C99", until="2030-01-01"),)),
        Known(points=(ExactPoint(at=(10.0, 50.0), km=10),)),
    ],
)  # fmt: skip
def test_the_armenia_case_harms_nobody_that_the_rules_know_of(content, known) -> None:
    names = {rule.name for rule in HARM_RULES}
    assert [problem for problem in found(content, known) if problem.rule in names] == []


def test_a_coarsened_place_is_not_taken_for_the_exact_one(content) -> None:
    shown = placed(coarsen_position(SPOT, 10))(content)
    rules = [problem.rule for problem in found(shown, Known(points=(ExactPoint(at=SPOT, km=10),)))]
    assert "exact-place" not in rules


def test_an_operators_shape_that_shows_the_spot_is_found(content) -> None:
    vertex = next(
        feature.geometry["coordinates"][0][0]
        for layer in content.map.layers
        for feature in layer.features
        if feature.geometry["type"] == "Polygon"
    )
    rules = {
        (problem.rule, problem.list) for problem in found(content, Known(points=(ExactPoint(at=tuple(vertex), km=5),)))
    }
    assert ("exact-place", "map") in rules


def test_the_reason_of_an_update_is_compared_too(content) -> None:
    context = Context(
        content=content,
        codebook=load_codebook(),
        on=ON,
        message_type="Update",
        reason=f"{NAME} called",
        known=PROTECTED,
    )
    assert ("protected-name", "reason") in {(problem.rule, problem.field) for problem in check(context)}


def test_the_checklist_shows_each_finding_beside_its_question(content) -> None:
    known = Known(names=(NAME,), embargoes=(Embargo(about="claim/C01", until="2030-01-01"),))
    looked = {each.item.id: each.found for each in look(found(in_claim(f"{NAME} said")(content), known))}
    assert list(looked) == ["names", "places", "consent", "embargo"]
    assert [problem.rule for problem in looked["names"]] == ["protected-name"]
    assert [problem.rule for problem in looked["embargo"]] == ["under-embargo"]
    assert looked["places"] == looked["consent"] == ()


def test_every_rule_of_harm_bears_on_a_question() -> None:
    assert {name for item in CHECKLIST for name in item.rules} == {rule.name for rule in HARM_RULES}
    assert {rule.name for rule in HARM_RULES} <= {rule.name for rule in RULES}
