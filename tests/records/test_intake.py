"""What sources collect comes into the inboxes of situations that watch for it, once for each text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.collect.desks import ADesk
from tests.collect.sources_of_documents.test_feeds_and_pages import OWN, WIRE, rss
from tests.records.people import A_SITUATION, at, people
from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Candidate, Document, Watch
from tocsin.core.rules.intake import MAX_PASSAGE, find_match, shortened, stands_in
from tocsin.warn.desk import DeskFolder


@pytest.mark.parametrize(
    ("word", "text", "stands"),
    [
        ("Kut", "Shots near Kut.", True),
        ("kut", "Shots near KUT", True),
        ("Kut", "The Kutlu road", False),
        ("Syuni*", "в Сюнике, in Syunik's villages", True),
        ("Сюни*", "в Сюнике", True),
        ("river road", "along the river\n road at night", True),
        ("river road", "the riverroad", False),
        ("難民", "昨日難民が到着した", True),
        ("a.b", "axb", False),
        ("Սյունիք*", "Սյունիքի մարզում", True),
    ],
)
def test_a_watched_word_is_found_as_a_reader_would_find_it(word: str, text: str, stands: bool) -> None:
    assert stands_in(word, text) is stands


def test_the_passage_is_the_paragraph_with_the_most_watched_words() -> None:
    text = "The road is closed.\n\nShelling on the river road closed the crossing.\nThe crossing is open."
    match = find_match("News", text, Watch(words=("crossing", "shelling", "lorry")))
    assert match is not None
    assert match.words == ("crossing", "shelling")
    assert match.passage.startswith("Shelling on the river road")


def test_a_title_alone_is_a_passage_and_a_word_left_out_keeps_a_document_out() -> None:
    watch = Watch(words=("crossing",), without=("football",))
    assert find_match("The crossing closed", "Lorries wait.", watch).passage == "The crossing closed"
    assert find_match("The crossing closed", "A football match.", watch) is None
    assert find_match("", "", watch) is None


@given(st.text(max_size=4_000))
def test_a_passage_is_never_longer_than_it_may_be(text: str) -> None:
    assert len(shortened(text)) <= MAX_PASSAGE + 2


@pytest.fixture
def watching(desk: DeskFolder, tmp_path: Path):
    """A desk with a situation that watches for the crossing, and a source of feeds to run there."""
    from tocsin.review import actions

    ani, rita = people(("ani", "analyst"), ("rita", "reviewer"))
    situation = actions.open_situation(by=rita, at=at(1), key="valley", scope=A_SITUATION).record
    actions.set_watch(by=ani, at=at(2), situation=situation, watch=Watch(words=("crossing", "hamlet*")))

    def collect(*items: tuple[str, str, str]) -> None:
        file = tmp_path / "feed.xml"
        file.write_bytes(rss(*items).split(b"\r\n\r\n", 1)[-1])
        ADesk(desk.folder).run("feeds", file)

    def intake(*words: str) -> dict:
        answer = CliRunner().invoke(app, ["review", "intake", "--desk", str(desk.folder), "--json", *words])
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.output)

    return situation, collect, intake


def candidates(situation) -> list:
    from tocsin.records.models import Record

    return list(Record.objects.filter(kind="candidate", situation=situation).order_by("pk"))


def test_ten_prints_of_one_wire_are_one_candidate_that_names_all_of_them(watching) -> None:
    from tocsin.records.queries import newest

    situation, collect, intake = watching
    wire = [(f"w{n}", f"https://paper{n}.example/wire", WIRE) for n in range(3)]
    collect(*wire, ("own", "https://valley.example/own", OWN))
    assert intake() == {"valley": {"new": 2, "grown": 0}}
    first, own = sorted(candidates(situation), key=lambda each: len(newest(each).read(Candidate).also), reverse=True)
    says = newest(first).read(Candidate)
    assert (len(says.also), says.words) == (2, ("crossing",))
    assert says.passage in WIRE
    assert newest(own).read(Candidate).words == ("hamlet*",)


def test_taking_in_again_adds_only_what_is_new_and_leaves_what_a_person_decided(watching) -> None:
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import newest
    from tocsin.review import actions

    situation, collect, intake = watching
    one = ("w1", "https://paper1.example/wire", WIRE)
    collect(one)
    intake()
    (candidate,) = candidates(situation)
    actions.dismiss_candidate(by=get_person("ani"), at=at(9), candidate=candidate, reason="an old report")
    collect(one)
    assert intake() == {"valley": {"new": 0, "grown": 0}}
    collect(one, ("w2", "https://paper2.example/wire", WIRE))
    assert intake() == {"valley": {"new": 0, "grown": 1}}
    (candidate,) = candidates(situation)
    assert candidate.state == "dismissed"
    assert len(newest(candidate).read(Candidate).also) == 1
    actions.reopen_candidate(by=get_person("ani"), at=at(10), candidate=candidate)
    candidate.refresh_from_db()
    assert candidate.state == "found"


def test_a_document_keeps_what_its_reader_was_shown(watching) -> None:
    from tocsin.records.models import Record
    from tocsin.records.queries import newest

    _, collect, intake = watching
    collect(("w1", "https://paper1.example/wire", WIRE))
    intake()
    says = newest(Record.objects.get(kind="document")).read(Document)
    assert says.text.startswith("Shelling struck")
    assert says.url == "https://paper1.example/wire"
    assert says.capture_sha256
    assert says.run.startswith("feeds ")


@pytest.mark.parametrize("words", [(), ("",), ("a*",)])
def test_a_watch_that_would_show_nothing_or_everything_is_refused(watching, words: tuple[str, ...]) -> None:
    from tocsin.records.people.queries import get_person
    from tocsin.review import actions

    situation, _, _ = watching
    with pytest.raises(TocsinError, match="the watch cannot be used"):
        actions.set_watch(by=get_person("ani"), at=at(3), situation=situation, watch=Watch(words=words), seen=1)
