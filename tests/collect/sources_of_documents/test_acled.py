"""ACLED's API as documented: a token, pages, changes, deletions; only sums where no more may be kept."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.archive.serving import Answer, Asked, Server, reply, serving
from tests.collect.desks import SOURCES, ADesk

SAMPLE = json.loads((SOURCES / "acled" / "sample" / "acled-00001.json").read_bytes())["data"]
HEADER = list(SAMPLE[0])
PAGE = 5_000


def event(
    number: int, *, timestamp: int, day: str = "2026-01-03", fatalities: int = 1, **changes: Any
) -> dict[str, Any]:
    told = {
        "event_id_cnty": f"XIV{number}",
        "timestamp": timestamp,
        "event_date": day,
        "fatalities": fatalities,
    }
    return SAMPLE[0] | told | {"year": int(day[:4])} | changes


class Acled:
    """Behaves as the publisher documents its API: a bearer token, `limit` and `page`, filters by time stamp."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.deleted: dict[str, int] = {}
        self.storm: list[bytes] = []

    def put(self, *events: dict[str, Any]) -> None:
        self.events |= {one["event_id_cnty"]: one for one in events}

    def delete(self, event_id: str, timestamp: int) -> None:
        del self.events[event_id]
        self.deleted[event_id] = timestamp

    def __call__(self, asked: Asked) -> Answer:
        if self.storm:
            return self.storm.pop(0)
        parts = urlsplit(asked.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/oauth/token":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            wanted = {
                "username": "desk@example.org",
                "password": "s3cret&",
                "grant_type": "password",
                "client_id": "acled",
            }
            if form != wanted:
                return reply("401 Unauthorized", b'{"error": "invalid_grant"}')
            return _json({"token_type": "Bearer", "expires_in": 86400, "access_token": "t0ken", "refresh_token": "r"})
        if asked.headers.get("authorization") != "Bearer t0ken":
            return reply("401 Unauthorized", b"{}")
        if parts.path == "/api/acled/read":
            rows = [one for one in self.events.values() if self._chosen(one["timestamp"], "timestamp", given)]
            if "iso" in given:
                rows = [one for one in rows if str(one["iso"]) in given["iso"].split("|")]
        elif parts.path == "/api/deleted/read":
            rows = [
                {"event_id_cnty": name, "deleted_timestamp": at}
                for name, at in self.deleted.items()
                if self._chosen(at, "deleted_timestamp", given)
            ]
        else:
            return reply("404 Not Found")
        limit, page = int(given["limit"]), int(given["page"])
        rows = rows[limit * (page - 1) : limit * page]
        return _json({"status": 200, "success": True, "count": len(rows), "data": rows})

    @staticmethod
    def _chosen(stamp: int, name: str, given: dict[str, str]) -> bool:
        return name not in given or (given[f"{name}_where"] == ">" and stamp > int(given[name]))


def _json(document: Any) -> bytes:
    return reply(body=json.dumps(document).encode(), Content_Type="application/json")


@pytest.fixture
def acled() -> Acled:
    publisher = Acled()
    publisher.put(
        event(1, timestamp=100, fatalities=2),
        event(2, timestamp=200, day="2026-01-20", fatalities=3, civilian_targeting="Civilian targeting"),
        event(3, timestamp=300, day="2026-02-01", event_type="Protests", fatalities=0),
    )
    return publisher


@pytest.fixture
def server(acled: Acled) -> Iterator[Server]:
    with serving(acled) as server:
        yield server


def settings(server: Server, **more: str) -> dict[str, str]:
    known = {"username": "desk@example.org", "password": "s3cret&", "address": server.url("")}
    return known | {"keep": "events"} | more


def test_the_31_documented_columns_are_read_in_their_order(desk: ADesk, server: Server) -> None:
    assert len(HEADER) == 31
    desk.run("acled", settings=settings(server))
    columns = [row[0] for row in desk.query("acled", "events", "DESCRIBE rows")]
    assert columns == HEADER
    assert desk.query("acled", "events", "SELECT count(*), sum(fatalities), min(year) FROM rows") == [(3, 5, 2026)]


def test_a_second_run_asks_only_for_what_changed_and_takes_out_what_was_deleted(
    desk: ADesk, server: Server, acled: Acled
) -> None:
    desk.run("acled", settings=settings(server))
    acled.put(event(2, timestamp=400, fatalities=7), event(4, timestamp=450))
    acled.delete("XIV1", 460)
    server.asked.clear()
    desk.run("acled", settings=settings(server))
    assert [path.split("?")[0] for path in server.paths()] == [
        "/oauth/token",
        "/api/acled/read",
        "/api/deleted/read",
    ]
    assert all("timestamp=299" in path for path in server.paths()[1:])
    found = desk.query("acled", "events", "SELECT event_id_cnty, fatalities, timestamp FROM rows ORDER BY 1")
    assert found == [("XIV2", 7, 400), ("XIV3", 0, 300), ("XIV4", 1, 450)]
    assert desk.query("acled", "event_ids", "SELECT event_id_cnty FROM rows ORDER BY 1") == [
        ("XIV2",), ("XIV3",), ("XIV4",),
    ]  # fmt: skip


def test_pages_are_asked_for_until_one_is_not_full(desk: ADesk, server: Server, acled: Acled) -> None:
    acled.put(*(event(n, timestamp=n) for n in range(10, 10 + PAGE + 7)))
    desk.run("acled", settings=settings(server))
    assert sum("/acled/read" in path for path in server.paths()) == 2
    assert desk.query("acled", "events", "SELECT count(*) FROM rows") == [(len(acled.events),)]


def test_our_own_sums_equal_those_counted_by_hand(desk: ADesk, server: Server, acled: Acled) -> None:
    acled.put(*(event(n, timestamp=n, day=f"2025-{n % 12 + 1:02}-15", fatalities=n) for n in range(10, 60)))
    desk.run("acled", settings=settings(server))
    by_hand: dict[tuple[str, date, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in acled.events.values():
        cell = by_hand[one["country"], date.fromisoformat(one["event_date"][:7] + "-01"), one["event_type"]]
        cell[0] += 1
        cell[1] += one["fatalities"]
        cell[2] += one["civilian_targeting"] == "Civilian targeting"
    columns = "country, month_date, event_type, n_events, fatalities, n_events_targeting_civilians"
    found = desk.query("acled", "country_months", f"SELECT {columns} FROM rows")
    assert {tuple(row[:3]): list(row[3:]) for row in found} == by_hand


def test_without_a_licence_to_keep_them_no_row_and_no_byte_stays(desk: ADesk, server: Server, acled: Acled) -> None:
    record = desk.run("acled", settings=settings(server, keep="ids-and-aggregates"))
    assert {made.name for made in record.tables} == {"event_ids", "country_months"}
    assert any("no copy be kept" in note for note in record.notes)
    assert desk.archived() == []
    assert desk.store("acled").last_good("events") == []
    everything = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"Upper Village" not in everything
    assert desk.query("acled", "event_ids", "SELECT count(*) FROM rows") == [(3,)]

    acled.delete("XIV1", 460)
    desk.run("acled", settings=settings(server, keep="ids-and-aggregates"))
    assert desk.query("acled", "country_months", "SELECT sum(n_events), sum(fatalities) FROM rows") == [(2, 3)]


def test_the_password_and_the_token_are_written_nowhere(desk: ADesk, server: Server) -> None:
    desk.run("acled", settings=settings(server))
    for path in desk.folder.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            assert b"s3cret" not in path.read_bytes(), path
            assert b"t0ken" not in path.read_bytes(), path


def test_the_selection_is_asked_for_and_a_new_one_is_asked_for_whole(desk: ADesk, server: Server) -> None:
    desk.run("acled", settings=settings(server, iso="999"))
    assert "iso=999" in server.paths()[-1]
    desk.run("acled", settings=settings(server, iso="999|31"))
    assert "iso=999%7C31" in server.paths()[-1]
    assert "timestamp" not in server.paths()[-1]


def test_a_storm_of_429_and_503_is_sat_out(desk: ADesk, server: Server, acled: Acled) -> None:
    acled.storm = [
        reply("429 Too Many Requests", Retry_After="7"),
        reply("503 Service Unavailable"),
        reply("502 Bad Gateway"),
    ]
    desk.run("acled", settings=settings(server))
    assert max(desk.sleeps_s) >= 7
    assert desk.query("acled", "events", "SELECT count(*) FROM rows") == [(3,)]


def page(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": 200, "success": True, "count": len(rows), "data": rows} | more


DENIED = {"status": 403, "success": False, "message": "no access"}
ANSWERS = {
    "no such account": ({"password": "wrong"}, None, "401"),
    "refused with 200": ({}, DENIED, "refused the request: no access"),
    "an error page": ({}, None, "not JSON as ACLED documents it"),
    "rows short of the count": ({}, page(SAMPLE[0], count=2), "says it has 2 rows and has 1"),
    "a new column": ({}, page(SAMPLE[0] | {"new": 1}), "new: ['new']"),
    "an unknown type of event": ({}, page(SAMPLE[0] | {"event_type": "War"}), "event_type is one of"),
    "a year that is not the day's": ({}, page(SAMPLE[0] | {"year": 1999}), "the year is that of the day"),
}


@pytest.mark.parametrize(("changed", "answered", "said"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_is_not_as_documented_stops_the_run(
    desk: ADesk, acled: Acled, changed: dict[str, str], answered: dict[str, Any] | None, said: str
) -> None:
    def answer(asked: Asked) -> Answer:
        if "/read" in asked.path:
            return _json(answered) if answered else reply(body=b"<html>Sorry</html>", Content_Type="text/html")
        return acled(asked)

    with serving(answer) as server:
        assert said in str(desk.fails("acled", settings=settings(server, **changed)))


def test_an_export_from_the_website_is_read_as_well(desk: ADesk) -> None:
    desk.run("acled", SOURCES / "acled" / "sample" / "export.csv", settings={"keep": "events"})
    assert desk.query("acled", "events", "SELECT count(*), sum(fatalities) FROM rows") == [(3, 3)]
