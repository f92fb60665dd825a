"""One wire printed by ten outlets is one origin; different reports stay different."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.collect.documents.near_duplicates import (
    ThresholdError,
    estimate_similarity,
    group_near_duplicates,
)
from tocsin.collect.documents.origins import Report, count_origins, group_by_origin

WIRE = (
    "Shelling struck the market town on Tuesday and killed at least eleven people, the provincial "
    "health office said. Two local officials, who asked not to be named, put the toll higher. The army "
    "denied that its units had fired and said armed groups hold the hills to the north. Families left "
    "along the river road through the night, and the crossing stayed closed to lorries until morning, "
    "according to drivers who waited there. The mission has asked for access since March; it says no "
    "answer has come. A spokesman for the ministry said a request was being studied and that aid "
    "convoys would be let through when the road is safe."
)
OTHER = (
    "Parliament voted on Wednesday to extend the term of the electoral commission by six months after "
    "two parties left the chamber in protest. The speaker said the law left no other way. Observers "
    "from the region noted that registration had not begun in four districts, and that the voters' roll "
    "was last audited nine years ago. The governing party holds a majority of five seats and has said "
    "that it will not postpone the vote a second time."
)
SCRIPTS = {
    "Armenian": "Երեկ երեկոյան գյուղի բնակիչները հայտնեցին, որ ճանապարհը փակ է, և դպրոցը չի աշխատում երեք օր։",
    "Arabic": "قال سكان القرية مساء أمس إن الطريق مغلق وإن المدرسة لا تعمل منذ ثلاثة أيام بسبب القصف المتواصل.",
    "Burmese": "မနေ့ညနေက ရွာသားများက လမ်းပိတ်ထားကြောင်းနှင့် ကျောင်းသုံးရက်ပိတ်ထားကြောင်း ပြောကြားခဲ့သည်။",
    "Amharic": "ትናንት ምሽት የመንደሩ ነዋሪዎች መንገዱ ተዘግቷል ትምህርት ቤቱም ለሦስት ቀናት አልሠራም ብለው ተናገሩ።",
    "Chinese": "昨天傍晚村民说道路已经封闭学校也已经三天没有上课因为附近一直有炮击声传来。",
}


def edited(text: str, share: float, seed: int = 0) -> str:
    chance = random.Random(seed)
    return " ".join(word if chance.random() > share else f"edit{seed}" for word in text.split())


def test_ten_outlets_carrying_one_wire_are_one_origin() -> None:
    reprints = [edited(WIRE, 0.02, seed) for seed in range(9)]
    assert group_near_duplicates([WIRE, *reprints, OTHER]) == [0] * 10 + [10]


def test_case_punctuation_and_invisible_characters_do_not_make_a_text_new() -> None:
    disguised = WIRE.upper().replace(",", " —").replace("the", "t\u200bhe").replace(" ", "\u00a0\n")
    assert estimate_similarity(WIRE, disguised.lower()) == 1.0


def test_a_headline_put_before_and_a_third_cut_off_still_share_their_origin() -> None:
    words = WIRE.split()
    shortened = "Our correspondent reports. " + " ".join(words[: len(words) * 2 // 3])
    assert group_near_duplicates([WIRE, shortened]) == [0, 0]


def test_a_quotation_in_a_longer_article_is_not_taken_for_the_same_report() -> None:
    quoting = OTHER + " " + " ".join(WIRE.split()[:25])
    assert group_near_duplicates([WIRE, quoting]) == [0, 1]


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_is_grouped_with_itself_and_with_no_other(text: str) -> None:
    others = [other for other in SCRIPTS.values() if other != text]
    assert group_near_duplicates([text, f"«{text}»", *others])[:2] == [0, 0]
    assert group_near_duplicates([text, *others]) == list(range(len(SCRIPTS)))


def test_texts_without_words_are_never_one_origin() -> None:
    assert group_near_duplicates(["", "  ", "…!?", "", "\x00\x01"]) == [0, 1, 2, 3, 4]


def test_short_texts_are_one_only_when_they_are_the_same() -> None:
    assert group_near_duplicates(["two dead", "Two dead.", "three dead", "dead"]) == [0, 0, 2, 3]


def test_no_text_at_all_gives_no_group() -> None:
    assert group_near_duplicates([]) == []


@pytest.mark.parametrize("threshold", [0, -0.1, 1.1])
def test_a_threshold_that_is_none_is_refused(threshold: float) -> None:
    with pytest.raises(ThresholdError):
        group_near_duplicates(["a"], threshold=threshold)


def test_a_template_shared_by_thousands_does_not_cost_every_pair() -> None:
    template = [f"{WIRE} Number {n}." for n in range(3_000)]
    assert set(group_near_duplicates(template)) == {0}


def test_estimates_lie_close_to_the_exact_similarity_of_runs() -> None:
    for share in (0.0, 0.02, 0.05, 0.1, 0.3):
        one, other = WIRE + OTHER, edited(WIRE + OTHER, share, 7)
        assert estimate_similarity(one, other) == pytest.approx(exact_similarity(one, other), abs=0.15)


def exact_similarity(one: str, other: str) -> float:
    """Jaccard over five-word runs, written the slow way, with short runs at the end as the sketch has them."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split() + [""] * 4
        return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}

    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=12))
def test_any_texts_are_grouped_and_equal_texts_with_words_together(texts: list[str]) -> None:
    groups = group_near_duplicates(texts)
    assert len(groups) == len(texts)
    assert all(groups[first] == first <= at for at, first in enumerate(groups))
    for at, text in enumerate(texts):
        if any(c.isascii() and c.isalnum() for c in text):
            assert groups[texts.index(text)] == groups[at]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_neither_groups_nor_what_came_first(chance: random.Random) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    reports = [
        Report(f"r{n}", edited(WIRE if n < 4 else OTHER, 0.02, n), start + timedelta(hours=9 - n), f"outlet {n}")
        for n in range(8)
    ]
    shuffled = list(reports)
    chance.shuffle(shuffled)
    assert group_by_origin(shuffled) == group_by_origin(reports)


def test_the_earliest_dated_report_is_named_first_and_undated_ones_come_last() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    reports = [
        Report("undated", WIRE),
        Report("late", WIRE, day + timedelta(days=1), "B"),
        Report("early", WIRE, day, "A"),
        Report("own", OTHER, day, "A"),
    ]
    wire, own = group_by_origin(reports)
    assert (wire.first_id, wire.report_ids, wire.publishers) == (
        "early",
        ("early", "late", "undated"),
        ("A", "B"),
    )
    assert own.report_ids == ("own",)
    assert count_origins(reports) == 2
