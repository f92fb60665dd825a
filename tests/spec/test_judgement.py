"""The rules of the judgement half, as tables and properties: life cycles, roles, the ledger, the score, the chain."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core import audit
from tocsin.core.life_cycles import CLAIM_REVIEW, DRAFT, EXPECTATION, LIFE_CYCLES, RESPONSE, LifeCycle, StepError
from tocsin.core.model.asks import Response, SearchLog
from tocsin.core.model.sources import Citation
from tocsin.core.rules.brier import brier, score
from tocsin.core.rules.ledger import ResponseError, check_response, in_order, standing
from tocsin.core.rules.roles import JUDGEMENT, ROLES, NotAllowedError, check_role, may


@pytest.mark.parametrize("cycle", LIFE_CYCLES, ids=lambda cycle: cycle.name)
def test_a_life_cycle_is_a_whole_table(cycle: LifeCycle) -> None:
    names = [state.name for state in cycle.states]
    assert len(set(names)) == len(names)
    reached = {cycle.start}
    for _ in names:
        reached |= {step.to for step in cycle.steps if reached & set(step.of)}
    assert reached == set(names), "every state can be reached"
    for step in cycle.steps:
        assert {*step.of, step.to} <= set(names)
    pairs = [(step.verb, state) for step in cycle.steps for state in step.of]
    assert len(set(pairs)) == len(pairs), "a verb leads from a state to one other"
    for state in cycle.states:
        leads_on = [step for step in cycle.steps if state.name in step.of]
        assert bool(leads_on) != state.final, f"{state.name} is final, or leads on"
        assert f"{state.name}" in cycle.mermaid()


@pytest.mark.parametrize(
    ("cycle", "verbs", "ends"),
    [
        (DRAFT, ["submit", "sign_off", "issue"], "issued"),
        (DRAFT, ["submit", "sign_off", "void", "submit", "send_back", "abandon"], "abandoned"),
        (CLAIM_REVIEW, ["reject", "reopen", "accept", "withdraw"], "withdrawn"),
        (RESPONSE, ["none", "announced", "partial", "reversed", "implemented"], "implemented"),
        (EXPECTATION, ["settle", "contest", "settle", "confirm"], "confirmed"),
    ],
)
def test_a_path_through_a_life_cycle(cycle: LifeCycle, verbs: list[str], ends: str) -> None:
    state, taken = cycle.start, []
    for verb in verbs:
        after = cycle.get_step(verb, state).to
        taken.append((verb, state, after))
        state = after
    assert state == ends
    assert list(cycle.check_history(taken)) == []
    assert list(cycle.check_history([*taken[:-1], ("leap", *taken[-1][1:])]))


@pytest.mark.parametrize(
    ("cycle", "verb", "state"),
    [
        (DRAFT, "sign_off", "writing"),
        (DRAFT, "issue", "submitted"),
        (DRAFT, "submit", "issued"),
        (CLAIM_REVIEW, "accept", "withdrawn"),
        (RESPONSE, "reversed", "none"),
        (EXPECTATION, "confirm", "open"),
        (EXPECTATION, "settle", "confirmed"),
    ],
)
def test_a_step_that_there_is_not(cycle: LifeCycle, verb: str, state: str) -> None:
    with pytest.raises(StepError, match=f"is {state}, and cannot {verb}"):
        cycle.get_step(verb, state)


@given(st.sets(st.sampled_from(ROLES)), st.sampled_from(JUDGEMENT))
def test_a_role_may_do_what_those_below_it_may(held: set[str], needed) -> None:
    highest = max((JUDGEMENT.index(role) for role in held if role in JUDGEMENT), default=-1)
    assert may(held, needed) == (highest >= JUDGEMENT.index(needed))


def test_only_an_administrator_administers_and_decides_nothing_by_it() -> None:
    assert not may({"publisher"}, "administrator")
    assert not may({"administrator"}, "observer")
    with pytest.raises(NotAllowedError, match="ani has no role in armenia, and to draft needs the role analyst"):
        check_role("ani", set(), "analyst", "to draft", "armenia")


LOG = SearchLog(date="2026-11-23", where="Official journals", terms="memorandum")
CITED = (Citation(source="R01"),)


def response(status: str, as_of: str = "2024", by: str = "EU", **more) -> Response:
    more = {"sources": CITED} | more if status != "none" else {"search": LOG} | more
    return Response(status=status, as_of=as_of, by=by, text="...", **more)


@pytest.mark.parametrize(
    ("earlier", "new", "wrong"),
    [
        ([], response("none", search=None), "no search log"),
        ([], response("none", search=SearchLog(date="2024", where="x")), "no search log"),
        ([], response("announced", sources=()), "cites no source"),
        ([], response("reversed"), "nothing to reverse"),
        ([response("none")], response("reversed"), "nothing to reverse"),
        ([response("partial")], response("none"), "does not vanish"),
    ],
)
def test_a_response_that_contradicts_the_series(earlier, new, wrong: str) -> None:
    with pytest.raises(ResponseError, match=wrong):
        check_response(earlier, new)


@pytest.mark.parametrize(
    ("series", "stands"),
    [
        ([], "unanswered"),
        ([response("none")], "none"),
        ([response("none"), response("announced")], "announced"),
        ([response("announced"), response("none", by="France")], "announced"),
        ([response("partial", "2023"), response("reversed", "2025")], "reversed"),
        ([response("reversed", "2025"), response("partial", "2023")], "reversed"),  # found later, dated earlier
        ([response("partial", "2023"), response("reversed", "2024"), response("implemented", "2025")], "implemented"),
    ],
)
def test_where_a_series_stands(series, stands: str) -> None:
    assert standing(series) == stands
    for number, each in enumerate(in_order(series)):
        check_response(in_order(series)[:number], each)


def test_the_brier_score_of_known_series() -> None:
    assert brier(0.7, True) == pytest.approx(0.09)
    assert brier(1.0, False) == 1.0
    assert score([]) is None
    found = score([(1.0, True), (0.0, False), (0.5, True), (0.5, False)])
    assert found is not None
    assert (found.brier, found.base_rate, found.brier_of_base_rate) == (0.125, 0.5, 0.25)
    with pytest.raises(ValueError, match="no probability"):
        brier(1.2, True)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_a_score_lies_between_nought_and_one_and_its_base_rate_is_hard_to_beat_by_a_constant(series) -> None:
    found = score(series)
    assert found is not None
    assert 0 <= found.brier <= 1
    constant = score([(0.5, came_true) for _, came_true in series])
    assert constant is not None
    assert found.brier_of_base_rate <= constant.brier + 1e-9


def chain(n: int) -> list[audit.Link]:
    links, previous = [], audit.GENESIS
    for seq in range(1, n + 1):
        body = audit.AuditBody(seq=seq, at="2026-11-23T12:00:00Z", by="ani", action="review.grade_claim")
        links.append(audit.link(body, previous))
        previous = links[-1].sha256
    return links


def broken(links: list[audit.Link]) -> list[int]:
    return [each.seq for each in audit.verify_chain(links) if isinstance(each, audit.Broken)]


@given(st.integers(1, 12), st.data())
def test_whatever_is_changed_in_a_chain_is_named(n: int, data: st.DataObject) -> None:
    links = chain(n)
    assert broken(links) == []
    at = data.draw(st.integers(0, n - 1))
    field = data.draw(st.sampled_from(["previous_sha256", "sha256", "body"]))
    text = getattr(links[at], field)
    spot = data.draw(st.integers(0, len(text) - 1))
    altered = text[:spot] + ("0" if text[spot] != "0" else "1") + text[spot + 1 :]
    links[at] = msgspec.structs.replace(links[at], **{field: altered})
    assert at + 1 in broken(links)


@given(st.integers(2, 12), st.data())
def test_an_entry_taken_out_or_moved_is_named(n: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, n - 2))
    without = chain(n)
    del without[at]
    assert broken(without)
    moved = chain(n)
    moved[at], moved[at + 1] = moved[at + 1], moved[at]
    assert broken(moved)


def test_an_entry_put_in_by_somebody_who_knows_the_rule_breaks_the_next_one() -> None:
    links = chain(5)
    body = audit.AuditBody(seq=3, at="2026-11-23T12:00:00Z", by="eva", action="warn.sign_off")
    links[2] = audit.link(body, links[1].sha256)
    assert broken(links) == [4]
