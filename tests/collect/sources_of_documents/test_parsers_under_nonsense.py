"""Whatever an API or a list sends, a parser reads it or refuses it with a remedy; it never fails otherwise."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.desks import SOURCES
from tocsin.collect.parser import load_parser
from tocsin.collect.requests import Given, Reply, Request
from tocsin.core.errors import TocsinError

ACLED, RELIEFWEB, LIST = (load_parser(SOURCES / name) for name in ("acled", "reliefweb", "un-sanctions"))
PAGES = {
    "acled": json.loads((SOURCES / "acled" / "sample" / "acled-00001.json").read_bytes()),
    "reliefweb": json.loads((SOURCES / "reliefweb" / "sample" / "reports-00001.json").read_bytes()),
}
SAMPLE_LIST = (SOURCES / "un-sanctions" / "sample" / "listings.xml").read_bytes()

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
quick = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON document, the whole of it included."""
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path] + [place for key, value in inside for place in places(value, (*path, key))]


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = document.copy()
    copy[place[0]] = replaced(document[place[0]], place[1:], value)
    return copy


@st.composite
def spoilt(draw: st.DrawFn, name: str) -> Any:
    """A page as the publisher sends it, with something else in one place."""
    return replaced(PAGES[name], draw(st.sampled_from(places(PAGES[name]))), draw(anything))


def read_out(records: Callable[..., Any], data: bytes, tmp_path: Path, layout: str, **more: Any) -> None:
    path = tmp_path / "page.json"
    path.write_bytes(data)
    try:
        for row in records(path, layout, **more):
            assert all(value is None or isinstance(value, str) for value in row.values())
    except TocsinError as refused:
        assert refused.remedy, refused  # noqa: PT017 - reading and refusing are both right


def ask_out(requests: Callable[[Given], Any], given: Mapping[str, str], answers: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "answer"
    told = Given(version="", settings=given, cursor={"timestamp": "5"}, at=datetime(2026, 1, 1, tzinfo=UTC))
    with suppress(StopIteration):
        asking = requests(told)
        request = next(asking)
        try:
            for answer in answers * 5:
                assert isinstance(request, Request)
                path.write_bytes(answer)
                request = asking.send(Reply(request=request, status=200, path=path, sha256="0" * 64))
        except TocsinError as refused:
            assert refused.remedy, refused  # noqa: PT017 - asking on and refusing are both right


@quick
@given(page=spoilt("acled"))
def test_acled(page: Any, tmp_path: Path) -> None:
    data = json.dumps(page).encode()
    read_out(ACLED.records, data, tmp_path, "events", name="acled-00001.json")
    ask_out(
        ACLED.requests,
        {"address": "https://a.example", "keep": "events"},
        [b'{"access_token": "t"}', data],
        tmp_path,
    )


@quick
@given(page=spoilt("reliefweb"))
def test_reliefweb(page: Any, tmp_path: Path) -> None:
    data = json.dumps(page).encode()
    read_out(RELIEFWEB.records, data, tmp_path, "a page of the API", name="reports-00001.json")
    ask_out(RELIEFWEB.requests, {"address": "https://a.example", "appname": "a"}, [data], tmp_path)


@quick
@given(data=anything.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
@pytest.mark.parametrize("name", ["acled", "reliefweb"])
def test_what_is_no_page_at_all(data: bytes, name: str, tmp_path: Path) -> None:
    parser = {"acled": ACLED, "reliefweb": RELIEFWEB}[name]
    read_out(parser.records, data, tmp_path, "events", name="page.json")
    ask_out(parser.requests, {"address": "https://a.example", "appname": "a"}, [data], tmp_path)


@quick
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SAMPLE_LIST) - 1), st.integers(0, 255)), max_size=5),
    layout=st.sampled_from(["listings", "updates", "aliases"]),
)
def test_the_councils_list(changes: list[tuple[int, int]], layout: str, tmp_path: Path) -> None:
    data = bytearray(SAMPLE_LIST)
    for at, byte in changes:
        data[at] = byte
    read_out(LIST.records, bytes(data), tmp_path, layout)
