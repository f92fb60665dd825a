"""ReliefWeb's API, version 2: what describes a report and the link are kept; its text is not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.archive.serving import Answer, Asked, Server, reply, serving
from tests.collect.desks import SOURCES, ADesk

SAMPLE = json.loads((SOURCES / "reliefweb" / "sample" / "reports-00001.json").read_bytes())["data"][0]


def report(number: int, changed: str, **fields: Any) -> dict[str, Any]:
    told = {"id": number, "title": f"Report {number}", "date": SAMPLE["fields"]["date"] | {"changed": changed}}
    return SAMPLE | {"id": str(number), "fields": SAMPLE["fields"] | told | fields}


class ReliefWeb:
    """Behaves as documented: an approved appname, POST, a filter from a date, sorting, limit and offset."""

    def __init__(self) -> None:
        self.reports: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        if parse_qs(parts.query).get("appname") != ["invented desk"]:
            return reply("403 Forbidden", b'{"error": "appname"}', Content_Type="application/json")
        assert (asked.method, parts.path) == ("POST", "/v2/reports")
        assert asked.headers["content-type"] == "application/json"
        question = json.loads(asked.body)
        self.questions.append(question)
        found = sorted(self.reports, key=lambda one: one["fields"]["date"]["changed"])
        for condition in question.get("filter", {}).get("conditions", ()):
            if condition["field"] == "date.changed":
                found = [one for one in found if one["fields"]["date"]["changed"] >= condition["value"]["from"]]
        page = found[question["offset"] :][: question["limit"]]
        answer = {"totalCount": len(found), "count": len(page), "data": page, "links": {}, "time": 1}
        return reply(body=json.dumps(answer).encode(), Content_Type="application/json")


@pytest.fixture
def reliefweb() -> ReliefWeb:
    publisher = ReliefWeb()
    publisher.reports = [report(n, f"2026-01-{n:02}T10:00:00+00:00") for n in range(1, 4)]
    return publisher


@pytest.fixture
def server(reliefweb: ReliefWeb) -> Iterator[Server]:
    with serving(reliefweb) as server:
        yield server


def settings(server: Server, **more: str) -> dict[str, str]:
    return {"appname": "invented desk", "address": server.url("")} | more


def test_what_describes_a_report_is_kept_with_the_link(desk: ADesk, server: Server) -> None:
    desk.run("reliefweb", settings=settings(server))
    columns = (
        "report_id, url, country_iso3s, source_names, formats, languages, disaster_glides, "
        "CAST(original_at AS VARCHAR), CAST(changed_at AS VARCHAR)"
    )
    assert desk.query("reliefweb", "reports", f"SELECT {columns} FROM rows ORDER BY report_id LIMIT 1") == [
        (
            "1", "https://reliefweb.int/report/inventia/situation-report-101", "xiv | xel", "Invented Office",
            "Situation Report", "en", "CE-2026-000001-XIV", "2026-01-04 00:00:00", "2026-01-01 10:00:00",
        )
    ]  # fmt: skip


def test_text_is_neither_asked_for_nor_kept_when_it_comes_all_the_same(
    desk: ADesk, server: Server, reliefweb: ReliefWeb
) -> None:
    reliefweb.reports.append(report(9, "2026-02-01T00:00:00+00:00", body="UNWANTED", headline={"summary": "UNWANTED"}))
    desk.run("reliefweb", settings=settings(server))
    assert not {"body", "body-html", "headline"} & set(reliefweb.questions[0]["fields"]["include"])
    assert desk.query("reliefweb", "reports", "SELECT count(*) FROM rows") == [(4,)]
    assert "UNWANTED" not in str(desk.query("reliefweb", "reports", "FROM rows"))


def test_every_page_is_asked_for_once(desk: ADesk, server: Server, reliefweb: ReliefWeb) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    reliefweb.reports = [report(n, (start + timedelta(minutes=n)).isoformat()) for n in range(2_345)]
    desk.run("reliefweb", settings=settings(server))
    assert [question["offset"] for question in reliefweb.questions] == [0, 1_000, 2_000]
    found = desk.query("reliefweb", "reports", "SELECT count(*), count(DISTINCT report_id) FROM rows")
    assert found == [(2_345, 2_345)]


def test_the_next_run_asks_for_changes_and_the_newest_wins(desk: ADesk, server: Server, reliefweb: ReliefWeb) -> None:
    desk.run("reliefweb", settings=settings(server, countries="xiv, xel", query="displacement"))
    asked = reliefweb.questions[0]
    assert asked["query"] == {"value": "displacement"}
    assert asked["filter"]["conditions"] == [{"field": "country.iso3", "value": ["xiv", "xel"], "operator": "OR"}]
    reliefweb.reports[0] = report(1, "2026-03-01T00:00:00+00:00", title="Report 1, corrected")
    desk.run("reliefweb", settings=settings(server, countries="xiv, xel", query="displacement"))
    assert reliefweb.questions[1]["filter"]["conditions"][1]["value"] == {"from": "2026-01-03T10:00:00+00:00"}
    found = desk.query("reliefweb", "reports", "SELECT report_id, title FROM rows ORDER BY 1")
    assert found == [("1", "Report 1, corrected"), ("2", "Report 2"), ("3", "Report 3")]


def test_without_an_approved_name_the_run_stops_and_says_where_to_get_one(desk: ADesk, server: Server) -> None:
    assert "apidoc.reliefweb.int" in str(desk.fails("reliefweb", settings={"address": server.url("")}))
    assert "403" in str(desk.fails("reliefweb", settings=settings(server, appname="another")))


PAGES = {
    "an error with 200": (b'{"error": {"message": "down"}}', "refused the request"),
    "an error page": (b"<html>down</html>", "not ReliefWeb's JSON"),
    "no JSON": (b"down", "not ReliefWeb's JSON"),
    "cut short": (b'{"count": 2, "data": []}', "says it has 2 reports and has 0"),
    "a new field": (
        json.dumps({"data": [report(1, "2026-01-01T00:00:00+00:00", new=1)]}).encode(),
        "unknown fields: new",
    ),
    "no instant": (json.dumps({"data": [report(1, "soon")]}).encode(), "'soon' is no instant"),
}


@pytest.mark.parametrize(("body", "said"), PAGES.values(), ids=PAGES.keys())
def test_a_page_that_is_not_as_documented_stops_the_run(desk: ADesk, body: bytes, said: str) -> None:
    with serving(reply(body=body, Content_Type="application/json")) as server:
        error = desk.fails("reliefweb", settings=settings(server))
    assert said in str(error)
