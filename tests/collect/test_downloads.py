"""Sources fetch what they need: a loopback server stands in for the publishers and serves their files."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.archive.serving import Answer, Asked, Server, reply, serving
from tests.collect.desks import SOURCES, ADesk
from tests.data_beside import real
from tocsin.archive.fetch import FetchError
from tocsin.collect.errors import InputError, LayoutError

GED = SOURCES / "ucdp-ged" / "sample"
GDELT = SOURCES / "gdelt" / "sample"
TOKEN = "a-secret-token"


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(name), data)  # without the time: the same file has the same MD5
    return out.getvalue()


def events(n: int, first: int = 1) -> list[dict[str, object]]:
    one = json.loads((GED / "ged-31.1-page-0.json").read_text())["Result"][0]
    return [{**one, "id": number} for number in range(first, first + n)]


class Api:
    """UCDP's API as it is documented: pages in an envelope, for those who bring the token."""

    def __init__(self, n_events: int, page_size: int) -> None:
        self.rows, self.page_size, self.spoil = events(n_events), page_size, dict[str, object]()
        self.breaks_off_at: int | None = None

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("x-ucdp-access-token") != TOKEN:
            return reply("401 Unauthorized", b"no token")
        number = int(asked.path.rsplit("page=", 1)[1])
        if number == self.breaks_off_at:
            return reply("403 Forbidden", b"calls used up")
        here = self.rows[number * self.page_size : (number + 1) * self.page_size]
        more = (number + 1) * self.page_size < len(self.rows)
        following = f"http://{asked.headers['host']}/api/31.1?pagesize=1000&page={number + 1}" if more else ""
        page = {"TotalCount": len(self.rows), "TotalPages": 9, "PreviousPageUrl": "", "NextPageUrl": following}
        return reply("200 OK", json.dumps(page | {"Result": here} | self.spoil).encode(), ETag=f'"{number}"')


def from_api(desk: ADesk, server: Server) -> dict[str, object]:
    return {"version": "31.1", "settings": {"token": TOKEN, "api": server.url("/api")}}


def test_the_token_api_is_read_page_by_page(desk: ADesk) -> None:
    with serving(Api(7, 3)) as server:
        record = desk.run("ucdp-ged", **from_api(desk, server))
    assert [one.name for one in record.inputs] == [f"ged-31.1-page-{n}.json" for n in range(3)]
    assert desk.query("ucdp-ged", "events", "SELECT count(*), min(id), max(id) FROM rows") == [(7, 1, 7)]


def test_the_token_is_written_down_nowhere(desk: ADesk) -> None:
    with serving(Api(2, 3)) as server:
        desk.run("ucdp-ged", **from_api(desk, server))
        desk.fails("ucdp-ged", **from_api(desk, server) | {"version": "31.2-bad/"})
    for file in desk.folder.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes(), file


def test_a_release_of_which_pages_are_missing_is_no_release(desk: ADesk) -> None:
    api = Api(7, 3)
    api.spoil = {"TotalCount": 8}
    with serving(api) as server:
        error = desk.fails("ucdp-ged", **from_api(desk, server))
    assert "the pages hold 7 events, where UCDP says there are 8" in error.problem


def test_a_next_page_on_another_host_is_not_given_the_token(desk: ADesk) -> None:
    api = Api(7, 3)
    with serving(reply(body=b"{}")) as elsewhere:
        api.spoil = {"NextPageUrl": elsewhere.url("/api?page=1", host="localhost")}
        with serving(api) as server:
            error = desk.fails("ucdp-ged", **from_api(desk, server))
        assert not elsewhere.asked
    assert "next page elsewhere" in error.problem


def test_pages_that_came_before_a_failure_are_not_asked_for_again(desk: ADesk) -> None:
    api = Api(7, 3)
    api.breaks_off_at = 2
    with serving(api) as server:
        assert isinstance(desk.fails("ucdp-ged", **from_api(desk, server)), FetchError)
        api.breaks_off_at = None
        n_asked = len(server.asked)
        record = desk.run("ucdp-ged", **from_api(desk, server))
        assert len(server.asked) - n_asked == 1, "only the page that was missing"
    assert record.tables[0].n_rows == 7


def test_the_yearly_release_comes_as_a_zip_from_an_address(desk: ADesk) -> None:
    body = zipped("GEDEvent_v31_1.csv", (GED / "GEDEvent_v31_0_3.csv").read_bytes())
    with serving(reply(body=body)) as server:
        record = desk.run("ucdp-ged", server.url("/downloads/ged/ged311-csv.zip"))
    assert (record.version, record.tables[0].n_rows) == ("31.1", 3)
    assert record.inputs[0].url.endswith("/ged311-csv.zip")


def test_an_address_that_gives_the_same_again_is_unchanged_and_costs_no_download(desk: ADesk) -> None:
    body = (GED / "41-columns.csv").read_bytes()

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return reply("304 Not Modified", ETag='"1"')
        return reply(body=body, ETag='"1"')

    with serving(answer) as server:
        first = desk.run("ucdp-ged", server.url("/ged.csv"))
        again = desk.run("ucdp-ged", server.url("/ged.csv"), version=first.version)
    assert (first.status, again.status) == ("done", "unchanged")


LIES: dict[str, tuple[Callable[[bytes], Answer], type[Exception], str]] = {
    "a page with status 200": (
        lambda body: reply(body=b"<html>Busy</html>", Content_Type="text/csv"), InputError, "web page"),
    "less than was announced": (
        lambda body: reply(body=body[:200], Content_Length=str(len(body))), FetchError, "no good answer"),
    "a broken gzip": (
        lambda body: reply(body=b"\x1f\x8b\x08" + body[:50], Content_Encoding="gzip"), FetchError, ""),
    "nothing": (lambda body: reply(), InputError, "empty"),
    "a server that is down": (lambda body: reply("503 Service Unavailable"), FetchError, "503"),
    "a server that is overrun": (lambda body: reply("429 Too Many", Retry_After="2"), FetchError, "429"),
    "a file that is gone": (lambda body: reply("404 Not Found", b"gone"), FetchError, "404"),
}  # fmt: skip


@pytest.mark.parametrize("what", LIES)
def test_a_download_that_is_not_what_was_asked_for_changes_nothing(what: str, desk: ADesk) -> None:
    desk.run("ucdp-ged", GED / "GEDEvent_v31_0_3.csv")
    answer, kind, said = LIES[what]
    with serving(answer((GED / "41-columns.csv").read_bytes())) as server:
        error = desk.fails("ucdp-ged", server.url("/ged.csv"))
    assert isinstance(error, kind)
    assert said in error.problem


def test_a_private_address_that_the_desk_does_not_allow_is_refused(desk: ADesk) -> None:
    with serving(reply(body=b"id\n1\n")) as server:
        error = desk.fails("ucdp-ged", server.url("/ged.csv", host="127.0.0.2"))
    assert "private" in error.problem or "127.0.0.2" in str(error)


class Slices:
    """GDELT as it stands: a list of the newest slice, and every slice under its own name."""

    def __init__(self, newest: str = "20300105141500") -> None:
        self.newest = newest
        self.bad_md5 = False
        self.lists = 1

    def body(self, stamp: str, kind: str) -> bytes:
        number = 9_000_000 + int(stamp[8:12])
        text = (GDELT / f"20300105141500.{kind}.CSV").read_text().replace("9000001", str(number * 10 + 1))
        return zipped(f"{stamp}.{kind}.CSV", text.replace("9000002", str(number * 10 + 2)).encode())

    def __call__(self, asked: Asked) -> Answer:
        name = asked.path.rsplit("/", 1)[-1]
        if name == "lastupdate.txt":
            base = f"http://{asked.headers['host']}/gdeltv2"
            bodies = {f"{self.newest}.{kind}.CSV.zip": self.body(self.newest, kind) for kind in ("export", "mentions")}
            lines = [
                f"{len(body)} {'0' * 32 if self.bad_md5 else hashlib.md5(body).hexdigest()} {base}/{name}"
                for name, body in bodies.items()
            ]
            lines.append(f"12 {'0' * 32} {base}/{self.newest}.gkg.csv.zip")
            return reply(body=("\n".join(lines) + "\n").encode())
        stamp, kind = name.split(".")[:2]
        return reply(body=self.body(stamp, kind)) if stamp <= self.newest else reply("404 Not Found")


def gdelt(server: Server) -> dict[str, dict[str, str]]:
    return {"settings": {"base": server.url("/gdeltv2")}}


def test_gdelt_fetches_the_newest_slice_and_then_those_it_missed(desk: ADesk) -> None:
    slices = Slices()
    with serving(slices) as server:
        first = desk.run("gdelt", **gdelt(server))
        slices.newest = "20300105150000"
        n_asked = len(server.asked)
        second = desk.run("gdelt", **gdelt(server))
        asked = [path.rsplit("/", 1)[-1] for path in server.paths()[n_asked:]]
    assert first.version == "20300105141500"
    assert asked == ["lastupdate.txt"] + [
        f"2030010514{minute}00.{kind}.CSV.zip" for minute in (30, 45) for kind in ("export", "mentions")
    ] + [f"20300105150000.{kind}.CSV.zip" for kind in ("export", "mentions")]
    assert {made.name: made.n_rows for made in second.tables} == {"events": 6, "mentions": 9}
    assert desk.store("gdelt").current().cursor == {"english": "20300105150000"}


def test_gdelt_with_nothing_new_says_so_and_keeps_what_there_is(desk: ADesk) -> None:
    with serving(Slices()) as server:
        desk.run("gdelt", **gdelt(server))
        error = desk.fails("gdelt", **gdelt(server))
    assert "nothing new" in error.problem


def test_a_slice_that_is_not_the_one_in_gdelts_list_is_refused(desk: ADesk) -> None:
    slices = Slices()
    slices.bad_md5 = True
    with serving(slices) as server:
        error = desk.fails("gdelt", **gdelt(server))
    assert "MD5" in error.problem


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"<html>maintenance</html>", LayoutError, "no line of GDELT's list"),
        (b"", LayoutError, "names no export"),
        (
            b"1 " + b"0" * 32 + b" http://evil.example/20300105141500.export.CSV.zip\n",
            InputError,
            "another host",
        ),
    ],
)
def test_a_list_that_is_none_is_refused(body: bytes, kind: type[Exception], said: str, desk: ADesk) -> None:
    with serving(reply(body=body)) as server:
        error = desk.fails("gdelt", **gdelt(server))
    assert isinstance(error, kind)
    assert said in error.problem


def test_records_that_come_twice_are_collapsed_and_counted(desk: ADesk, tmp_path: Path) -> None:
    export = GDELT / "20300105141500.export.CSV"
    again, altered = tmp_path / "20300105143000.export.CSV", tmp_path / "20300105144500.export.CSV"
    again.write_bytes(export.read_bytes())
    altered.write_bytes(export.read_bytes().replace(b"\t4\t2\t4\t", b"\t9\t2\t9\t", 1))
    record = desk.run("gdelt", export, again, altered)
    assert record.tables[0].n_rows == 2
    assert record.tables[0].account == {"n_collapsed": 4, "n_keys_differing": 1}
    assert desk.query("gdelt", "events", "SELECT n_mentions FROM rows ORDER BY event_id")[0] == (9,), "the fullest"


@pytest.mark.data
def test_a_real_file_that_a_server_gives_comes_out_as_from_the_disk(desk: ADesk) -> None:
    path = real("ucdp/GEDevent_v26_0_2.xlsx")
    with serving(reply(body=path.read_bytes(), ETag='"a"')) as server:
        record = desk.run("ucdp-ged", server.url("/downloads/candidateged/GEDevent_v26_0_2.xlsx"))
    assert (record.version, record.tables[0].n_rows) == ("26.0.2", 1_298)
    assert record.inputs[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert desk.run("ucdp-ged", path).status == "unchanged"
