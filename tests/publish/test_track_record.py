"""The track record: all of it, counted as it came out, and no more concluded than can be."""

from __future__ import annotations

import csv
import datetime
import io
import json

import msgspec
import pytest

from tests.publish.expected import LARGE, SMALL, expectation, record
from tests.publish.hostile import AFTER, BEFORE, hostile
from tests.publish.html_checks import problems, tree, visible_text
from tests.publish.pages import make_site
from tocsin.core.model.edition import Edition
from tocsin.publish.following.documents import FollowingError, TrackRecord, check_nothing_vanished, document_bytes
from tocsin.publish.following.record import ENOUGH, brier_of, reckon
from tocsin.publish.following.tables import track_record_csv
from tocsin.publish.html import track_record_page
from tocsin.publish.tables import text_of_cell
from tocsin.publish.words import words

DAY = datetime.date(2026, 11, 23)


def shown(held: TrackRecord | None, edition: Edition, on: datetime.date = DAY) -> str:
    return track_record_page(held, site=make_site(edition), words=words("en"), on=on)


def rows(data: bytes) -> list[dict[str, str]]:
    header, _, *rest = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    return [dict(zip(header, row, strict=True)) for row in rest]


def test_each_is_counted_as_what_it_was() -> None:
    found = reckon(SMALL)
    names = {kind: [each.id for each in getattr(found, kind)] for kind in ("hits", "misses", "false_alarms", "quiet")}
    assert names == {"hits": ["X01"], "misses": ["X03"], "false_alarms": ["X02"], "quiet": ["X04"]}
    assert (found.n_open, found.n_settled, found.n_withdrawn, found.n_unsettleable) == (2, 1, 1, 1)
    assert found.score is not None
    assert found.score.n_scored == 4
    assert found.score.brier == pytest.approx((0.2**2 + 0.7**2 + 0.8**2 + 0.1**2) / 4)
    assert found.score.brier_of_base_rate == pytest.approx(0.25)


def test_nothing_is_scored_before_a_second_person_confirmed_it() -> None:
    waits = expectation("X1", 0.9, state="settled", outcome="came_true")
    assert brier_of(waits) is None
    assert reckon(record(waits)).score is None


def test_a_calibration_is_drawn_from_enough_and_not_from_one_less(armenia: tuple[Edition, Edition]) -> None:
    enough = record(*LARGE.expectations[:ENOUGH])
    fewer = record(*LARGE.expectations[: ENOUGH - 1])
    assert sum(each.n for each in reckon(enough).bins) == ENOUGH
    assert reckon(fewer).bins == ()
    assert "<svg" in shown(enough, armenia[1])
    page = shown(fewer, armenia[1])
    assert "<svg" not in page
    assert f"Too few to conclude from: {ENOUGH - 1} settled." in visible_text(page)


def test_a_bin_says_how_far_chance_may_have_moved_it() -> None:
    for each in reckon(LARGE).bins:
        low, above = each.interval
        assert 0 <= low <= each.rate <= above <= 1
        assert each.low <= each.p_mean <= each.high


def test_the_page_shows_every_expectation_with_its_window_and_how_it_came_out(armenia: tuple[Edition, Edition]) -> None:
    page = tree(shown(SMALL, armenia[1]))
    for each in SMALL.expectations:
        said = " ".join(page.xpath(f"string(//article[@id='{each.situation}.{each.id}'])").split())
        assert each.statement in said
        assert each.settled_by in said
        assert f"{each.p * 100:g} %" in said  # split() takes the space that does not break for one
        assert "30 December 2025" in said
    verdicts = {each.get("id").split(".")[1]: each.xpath("string(.//b[@class='st'])") for each in page.iter("article")}
    assert verdicts == {
        "X01": "Came true", "X02": "Did not come true", "X03": "Came true", "X04": "Did not come true",
        "X05": "Cannot be settled", "X06": "Withdrawn", "X07": "Window ended; not settled yet", "X08": "Open",
        "X09": "Settled by one person; waits for a second",
    }  # fmt: skip
    assert "as of 1 March 2026" in page.xpath("string(//article[@id='armenia-azerbaijan.X06'])")
    assert page.xpath("//article[@id='armenia-azerbaijan.X01']//a/@href") == ["https://mfa.example/1"]
    assert page.xpath("//section[@id='score']//a/@href") == [f"#armenia-azerbaijan.{id}" for id in (
        "X01", "X03", "X02", "X04")]  # fmt: skip


def test_an_empty_record_says_what_would_stand_there(armenia: tuple[Edition, Edition]) -> None:
    for held in (None, record()):
        said = visible_text(shown(held, armenia[1]))
        assert "No expectation is published yet." in said
        assert "another confirms it" in said


def test_the_table_holds_all_with_its_tags_and_says_whose_it_is_and_that_it_is_an_exercise() -> None:
    found = rows(track_record_csv(SMALL))
    assert [row["expectation_id"] for row in found] == [each.id for each in SMALL.expectations]
    assert {row["cap_status"] for row in found} == {"Exercise"}
    assert {row["desk_url"] for row in found} == {"https://desk.example.org"}
    assert float(found[0]["brier"]) == pytest.approx(0.04)
    assert found[6]["brier"] == ""
    tags = track_record_csv(SMALL).decode("utf-8-sig").splitlines()[1]
    assert all(tag.strip('"').startswith("#") for tag in tags.split(","))


def test_the_same_record_gives_the_same_bytes(armenia: tuple[Edition, Edition]) -> None:
    again = msgspec.json.decode(document_bytes(LARGE), type=TrackRecord)
    assert document_bytes(again) == document_bytes(LARGE)
    assert track_record_csv(again) == track_record_csv(LARGE)
    assert shown(again, armenia[1]) == shown(LARGE, armenia[1])


def test_a_hostile_text_stays_a_text(armenia: tuple[Edition, Edition]) -> None:
    names = ("statement", "settled_by", "made_by", "outcome_text", "situation_title")
    one = SMALL.expectations[0]
    source = msgspec.structs.replace(one.sources[0], publisher=hostile("A ministry"), title=hostile("A title"))
    held = record(
        msgspec.structs.replace(one, sources=(source,), **{name: hostile(getattr(one, name)) for name in names})
    )
    page = shown(held, armenia[1])
    assert problems(page) == []
    assert "</script><!--" not in page
    benign = [element.tag for element in tree(shown(record(one), armenia[1])).iter()]
    assert [element.tag for element in tree(page).iter() if element.tag != "br"] == benign
    (row,) = rows(track_record_csv(held))
    assert text_of_cell(row["statement"]).startswith(BEFORE)
    assert json.loads(document_bytes(held))["expectations"][0]["statement"].endswith(AFTER)


@pytest.mark.parametrize("field", ["statement", "p", "window_to", "settled_by"])
def test_what_was_published_is_never_changed(field: str) -> None:
    was = SMALL.expectations[6]
    changed = msgspec.structs.replace(was, **{field: 0.99 if field == "p" else "2028-01-01"})
    with pytest.raises(FollowingError, match=f"published with another {field}"):
        check_nothing_vanished(record(was), record(changed))


def test_what_was_published_never_vanishes_and_may_come_out() -> None:
    was = SMALL.expectations[6]
    with pytest.raises(FollowingError, match="no longer on record"):
        check_nothing_vanished(record(was), record())
    settled = msgspec.structs.replace(was, state="confirmed", outcome="did_not")
    check_nothing_vanished(record(was), record(settled, expectation("X99", 0.5)))
    check_nothing_vanished(None, record(was))
