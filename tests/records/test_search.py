"""Records are found by the words in their newest version, in any script, on either database."""

from __future__ import annotations

import pytest

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.warn.desk import DeskFolder

TEXTS = {
    "C01": "Shots were fired near Kut.",
    "C02": "Կրակոցներ Սյունիքի մարզում",
    "C03": "قال المتحدث إن الطريق مغلق",
    "C04": "The corridor to Syunik was closed, as O'Neill's report says.",
}


@pytest.fixture(params=["few", "many"], autouse=True)
def how_many_hold_the_words(desk: DeskFolder, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that few texts hold are looked for in another way than words that many hold; both find the same."""
    from tocsin.records import search

    monkeypatch.setattr(search, "FEW", 2_000 if request.param == "few" else -1)


@pytest.fixture
def claims(desk: DeskFolder):
    from tocsin.records.models import Record
    from tocsin.review import actions

    ani, rita = people(("ani", "analyst"), ("rita", "reviewer"))
    situation = actions.open_situation(by=rita, at=at(1), key="armenia", scope=A_SITUATION).record
    actions.record_claims(
        by=ani, at=at(2), situation=situation, claims=[a_claim(key, text) for key, text in TEXTS.items()]
    )
    return Record.objects.filter(kind="claim")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("shots kut", ["C01"]),
        ("SHOTS", ["C01"]),
        ("Սյունիքի", ["C02"]),
        ("مغلق", ["C03"]),
        ("corrid", ["C04"]),
        ("corrid syunik", []),
        ("o'neill", ["C04"]),
        ("asserted_by", []),
        ('" OR * NEAR(', []),
        ("nowhere", []),
        ("", list(TEXTS)),
        ("';-- :* &|!", list(TEXTS)),
    ],
)
def test_words_find_what_holds_them_all(claims, words: str, found: list[str]) -> None:
    from tocsin.records.search import matching

    assert [record.key for record in matching(claims, words)] == found


def test_only_the_newest_version_is_found(claims) -> None:
    from tocsin.records.people.queries import get_person
    from tocsin.records.search import matching
    from tocsin.review import actions

    record = claims.get(key="C01")
    actions.record_claim(
        by=get_person("ani"), at=at(3), situation=record.situation, claim=a_claim("C01", "Nothing was heard."), seen=1
    )
    assert [each.key for each in matching(claims, "heard")] == ["C01"]
    assert not matching(claims, "shots").exists()


def test_lists_are_sought_from_what_was_said_last(claims) -> None:
    from tocsin.records.people.queries import get_person
    from tocsin.records.search import newest_saying
    from tocsin.review import actions

    ani, rita = get_person("ani"), get_person("rita")
    here = claims.first().situation
    elsewhere = actions.open_situation(by=rita, at=at(3), key="elsewhere", scope=A_SITUATION).record
    texts = {f"N{number:02}": f"Shots were heard {'again ' * number}." for number in range(1, 8)}
    actions.record_claims(by=ani, at=at(4), situation=here, claims=[a_claim(key, text) for key, text in texts.items()])
    actions.record_claims(by=ani, at=at(5), situation=elsewhere, claims=[a_claim("E01", "Shots were heard, too.")])
    actions.record_claim(by=ani, at=at(6), situation=here, claim=a_claim("C01", "Shots, as heard."), seen=1)
    actions.reject_claim(by=rita, at=at(7), claim=claims.get(key="N03"), reason="twice")
    keys = dict(claims.values_list("pk", "key"))

    def found(text: str = "heard shot", situations=(here.pk,), limit: int = 20, **more) -> list[str]:
        sought = newest_saying(text, kind="claim", situations=situations, limit=limit, **more)
        return [keys[record] for _, record in sought]

    assert found() == ["C01", *sorted(texts, reverse=True)]
    assert found(situations=(here.pk, elsewhere.pk))[:2] == ["C01", "E01"]
    assert found(situations=()) == []
    assert found(state="rejected") == ["N03"]
    assert found("") == found("place claim") == found("claim") == found(str(here.pk)) == []
    first = newest_saying("heard", kind="claim", situations=(here.pk,), limit=3)
    rest = newest_saying("heard", kind="claim", situations=(here.pk,), limit=20, before=first[-1][0])
    assert [keys[record] for _, record in (*first, *rest)] == found("heard")
    assert newest_saying("heard", kind="source", situations=(here.pk,), limit=3) == []
