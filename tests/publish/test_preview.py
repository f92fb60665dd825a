"""What is seen under a shared link: a small picture of the edition, and the words beside it."""

from __future__ import annotations

import datetime
import io

import lxml.html
import msgspec
import pytest
from PIL import Image

from tests.publish.hostile import read
from tests.publish.pages import make_pages
from tocsin.core.model.edition import Edition
from tocsin.publish.addresses import EDITION_FILES
from tocsin.publish.pdf.preview import SIZE, preview_png
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

WARNING = "warnings/gw-2023-10-arm-aze/index.html"
ARMENIAN = "Հայաստան. Սյունիքի և Գեղարքունիքի մարզեր"
ARABIC = "أرمينيا: سيونيك وغيغاركونيك، السيطرة على الأرض"


def titled(edition: Edition, title: str, language: str = "en") -> Reading:
    content = edition.content
    situation = msgspec.structs.replace(content.situation, title=title)
    content = msgspec.structs.replace(content, language=language, situation=situation)
    return read(msgspec.structs.replace(edition, content=content))


def issued(edition: Edition, **changes: object) -> Reading:
    return read(msgspec.structs.replace(edition, issue=msgspec.structs.replace(edition.issue, **changes)))


def declared(edition: Edition, level: str) -> Reading:
    content = edition.content
    changed = msgspec.structs.replace(content.level, declared=level)
    return read(msgspec.structs.replace(edition, content=msgspec.structs.replace(content, level=changed)))


def ink(png: bytes, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a part of the picture are no paper."""
    with Image.open(io.BytesIO(png)) as picture:
        part = picture.convert("L").crop(box)
    return sum(part.histogram()[:200])


@pytest.mark.parametrize(
    ("title", "language"),
    [("Armenia", "en"), (ARMENIAN, "hy"), (ARABIC, "ar"), ("long " * 300, "en"), ("\U0001f514" * 300, "en")],
)
def test_it_is_a_small_png_of_the_size_that_is_asked_for(
    title: str, language: str, armenia: tuple[Edition, Edition], english: Words
) -> None:
    png = preview_png(titled(armenia[1], title, language), english)
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", SIZE)
    assert len(png) <= 60_000
    assert png != preview_png(titled(armenia[1], "x", language), english), "the title is not in it"


def test_a_hostile_text_neither_breaks_it_nor_makes_it_large(hostile_reading: Reading, english: Words) -> None:
    assert len(preview_png(hostile_reading, english)) <= 60_000


def test_an_edition_gives_the_same_bytes_on_any_day(armenia: tuple[Edition, Edition], english: Words) -> None:
    first = preview_png(read(armenia[1]), english)
    preview_png(read(armenia[0]), english)
    assert preview_png(read(armenia[1], on=datetime.date(2031, 1, 1)), english) == first


def test_an_exercise_carries_a_mark_that_a_real_warning_does_not(
    armenia: tuple[Edition, Edition], english: Words
) -> None:
    corner = (980, 40, 1140, 94)
    exercise, actual = (preview_png(issued(armenia[1], status=each), english) for each in ("Exercise", "Actual"))
    assert ink(exercise, corner) > 3000
    assert ink(actual, corner) == 0


def test_levels_tell_apart_without_colour(armenia: tuple[Edition, Edition], english: Words) -> None:
    shape = (64, 110, 114, 172)
    drawn = {level: ink(preview_png(declared(armenia[1], level), english), shape) for level in ("watch", "warning")}
    drawn["emergency"] = ink(preview_png(declared(armenia[1], "emergency"), english), shape)
    assert drawn["warning"] < drawn["watch"] < drawn["emergency"]


def test_a_withdrawal_does_not_look_like_a_warning_in_force(
    withdrawal: Reading, armenia: tuple[Edition, Edition], english: Words
) -> None:
    box = (330, 105, 700, 172)
    assert ink(preview_png(withdrawal, english), box) > ink(preview_png(read(armenia[1]), english), box)


def meta(page: str) -> dict[str, str]:
    found = lxml.html.document_fromstring(page)
    said = [(each.get(key), each.get("content") or "") for each in found.iter("meta") for key in ("name", "property")]
    return {name: content for name, content in said if name}


@pytest.mark.parametrize("path", [WARNING, "warnings/gw-2023-10-arm-aze/1/index.html"])
def test_a_page_of_a_warning_says_what_is_shown_under_a_link_to_it(
    path: str, pages: dict[str, str], readings: tuple[Reading, Reading]
) -> None:
    reading = readings[0] if "/1/" in path else readings[1]
    said, content, desk = meta(pages[path]), reading.content, reading.issue.desk
    assert said["og:title"] == f"Exercise. Warning: {content.situation.title}"
    assert said["og:description"] == said["description"] == content.bottom_line
    assert said["og:url"] == f"{desk.url}/{path.removesuffix('index.html')}"
    assert said["og:site_name"] == desk.name
    assert said["twitter:card"] == "summary_large_image"
    folder, _, file = said["og:image"].rpartition("/")
    assert folder == f"{desk.url}/warnings/gw-2023-10-arm-aze/{reading.issue.edition}"
    assert file in EDITION_FILES
    assert content.level.declared_by in said["og:image:alt"]
    assert (int(said["og:image:width"]), int(said["og:image:height"])) == SIZE


def test_a_hostile_title_stays_in_its_attribute(hostile_reading: Reading, readings: tuple[Reading, Reading]) -> None:
    benign = meta(make_pages(readings)[WARNING])
    hostile = meta(make_pages((readings[0], hostile_reading))[WARNING])
    assert hostile.keys() == benign.keys()
    assert "</script>" in hostile["og:title"]


def test_only_pages_of_a_warning_have_a_preview(pages: dict[str, str]) -> None:
    assert "og:image" not in meta(pages["index.html"])
