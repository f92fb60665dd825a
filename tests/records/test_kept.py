"""What is worked out from a situation's records is kept until the next act in it, and not a moment longer."""

from __future__ import annotations

import pytest

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def two(desk: DeskFolder):
    """Two situations with a claim each, and who may write there."""
    from tocsin.review import actions

    ani, rita = people(("ani", "analyst"), ("rita", "reviewer"))
    found = [
        actions.open_situation(by=rita, at=at(1), key=key, scope=A_SITUATION).record for key in ("first", "second")
    ]
    for situation in found:
        actions.record_claim(by=ani, at=at(2), situation=situation, claim=a_claim())
    return ani, rita, found


def _acts() -> dict[int, str]:
    from tocsin.records.kept import with_last_acts
    from tocsin.records.models import Record

    return {each.pk: each.last_act for each in with_last_acts(Record.objects.filter(kind="situation"))}


def test_nothing_is_worked_out_twice_until_something_is_done_there(two) -> None:
    from tocsin.records.kept import Kept
    from tocsin.review import actions

    ani, _, (first, second) = two
    asked: list[list[int]] = []

    def work_out(numbers) -> dict[int, int]:
        asked.append(sorted(numbers))
        return {number: len(asked) for number in numbers}

    kept = Kept(work_out)
    assert kept(_acts()) == kept(_acts()) == {first.pk: 1, second.pk: 1}
    actions.record_claim(by=ani, at=at(3), situation=second, claim=a_claim("C02"))
    assert kept(_acts()) == {first.pk: 1, second.pk: 2}
    assert asked == [[first.pk, second.pk], [second.pk]]
    assert kept({first.pk: _acts()[first.pk]}) == {first.pk: 1}, "whoever may see less is given less"


def test_nothing_is_kept_before_the_first_act() -> None:
    from tocsin.records.kept import Kept

    asked: list[int] = []
    kept = Kept(lambda numbers: {number: asked.append(number) for number in numbers})
    kept({7: ""})
    kept({7: ""})
    assert asked == [7, 7]


def test_a_kept_value_is_of_the_desk_that_it_was_worked_out_for(two) -> None:
    """Numbers of situations are alike at every desk; the hashes of acts are not."""
    from tocsin.records.kept import Kept

    kept = Kept(lambda numbers: dict.fromkeys(numbers, object()))
    (number, act), *_ = _acts().items()
    assert kept({number: act}) == kept({number: act})
    assert kept({number: act}) != kept({number: act[::-1]})


def test_counts_follow_each_act_at_once(two) -> None:
    from tocsin.records.kept import counts_now
    from tocsin.records.queries import get_record
    from tocsin.review import actions

    ani, rita, (first, _) = two
    assert counts_now(_acts())[first.pk, "claim", "proposed"] == 1
    actions.record_claim(by=ani, at=at(3), situation=first, claim=a_claim("C02"))
    assert counts_now(_acts())[first.pk, "claim", "proposed"] == 2
    actions.reject_claim(by=rita, at=at(4), claim=get_record("claim", "C02", situation=first), reason="twice")
    counted = counts_now(_acts())
    assert (counted[first.pk, "claim", "proposed"], counted[first.pk, "claim", "rejected"]) == (1, 1)


def test_an_act_writes_to_its_own_situation_alone(two) -> None:
    from tocsin.records.acting import ActError, acting
    from tocsin.records.queries import get_record

    ani, rita, (first, second) = two
    claim = get_record("claim", "C01", situation=second)
    with (
        pytest.raises(ActError, match="another situation"),
        acting("test.wrong", by=ani, at=at(5), needs="analyst", situation=first) as act,
    ):
        act.keep("claim", "C03", a_claim("C03"), situation=second)
    with (
        pytest.raises(ActError, match="another situation"),
        acting("test.nowhere", by=rita, at=at(5), needs="reviewer") as act,
    ):
        act.step(claim, "accept")
