"""Every way by which bytes leave a desk. Each is driven; whoever adds one joins the list with `@outlet`.

`public` outlets reach readers: nothing internal or confidential may be in them. `desk` outlets reach people at the
desk, its disk or its logs: nothing confidential may.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec
from typer.testing import CliRunner

from tests.canary.desk import CLAIM, SITUATION, WARNING, MarkedDesk
from tests.canary.searching import unpacked
from tests.records.people import at
from tocsin.core.errors import TocsinError

Bytes = Iterator[tuple[str, bytes]]


class Outlet(msgspec.Struct):
    """A way out: what it gives, and whom it reaches."""

    name: str
    reaches: Literal["public", "desk"]
    drive: Callable[[MarkedDesk], Bytes]


OUTLETS: dict[str, Outlet] = {}


def outlet(name: str, reaches: Literal["public", "desk"]):
    """Join the list."""

    def join(drive: Callable[[MarkedDesk], Bytes]) -> Callable[[MarkedDesk], Bytes]:
        OUTLETS[name] = Outlet(name, reaches, drive)
        return drive

    return join


@outlet("issued editions and their log", "public")
def editions(marked: MarkedDesk) -> Bytes:
    yield from _files(marked.desk.editions)


@outlet("the published site, every format", "public")
def site(marked: MarkedDesk) -> Bytes:
    from tocsin.follow import actions as follow
    from tocsin.warn.site_folder import publish_desk

    follow.publish(by=marked.petra, at=at(10), desk=marked.desk)
    yield from _files(marked.desk.published)
    publish_desk(marked.desk, on=at(10).date(), everything=True)
    yield from _files(marked.desk.site)
    yield from _files(marked.desk.folder / "cache")


@outlet("export of a case", "public")
def export(marked: MarkedDesk) -> Bytes:
    from tocsin.warn.exporting import export_case

    folder = marked.desk.folder / "exported"
    export_case(marked.draft.parent, folder)
    yield from _files(folder)


@outlet("pages for whoever is not signed in", "public")
def stranger(marked: MarkedDesk) -> Bytes:
    yield from _pages(_client())


@outlet("pages of the desk", "desk")
def desk_pages(marked: MarkedDesk) -> Bytes:
    client = _client("rita")
    assert client.get("/").status_code == 200, "nothing of the desk would be searched"
    yield from _pages(client)


@outlet("error page and traceback of a page that fails", "desk")
def failing_page(marked: MarkedDesk) -> Bytes:
    from django.test import override_settings

    from tests.canary import failing

    failing.AT_HAND[:] = [
        marked.keys.read(record.versions.get(number=1), kind) for kind, record in marked.sealed.items()
    ]
    client = _client("rita")
    with override_settings(ROOT_URLCONF="tests.canary.failing"):
        answer = client.get("/account/fails/")
    failing.AT_HAND.clear()
    assert answer.status_code == 500
    assert "a defect, with 4 values at hand" in LOG.getvalue()
    yield "answer", answer.content
    yield "what was logged", LOG.getvalue().encode()


@outlet("the API for anybody", "public")
def api_for_anybody(marked: MarkedDesk) -> Bytes:
    yield from _api(marked, "")


@outlet("the API with a token", "desk")
def api_with_token(marked: MarkedDesk) -> Bytes:
    from tests.web.test_api import token

    yield from _api(marked, token(marked.rita, "read"))


@outlet("what commands print", "desk")
def commands(marked: MarkedDesk) -> Bytes:
    for words in READ:
        for more in ([], ["--json"]):
            done = CliRunner().invoke(_app(), [*words, "--desk", str(marked.desk.folder), *more])
            assert not isinstance(done.exception, Exception) or isinstance(done.exception, TocsinError), words
            yield " ".join([*words, *more]), done.output.encode() + repr(done.exception).encode()


@outlet("errors, and their tracebacks", "desk")
def errors(marked: MarkedDesk) -> Bytes:
    from tocsin.records.queries import newest

    path = marked.desk.confidential_key_path
    key = path.read_text("ascii")
    words = marked.planted.words
    bad = marked.desk.folder / "bad.toml"
    bad.write_text(f'name = "{words["Witness.name"]}"\nat = ["{words["Witness.contact"]}"]\n', "utf-8")
    record = ["protect", "record", "witness", str(bad), "--key", "K9", "-s", SITUATION, "--by", "ani"]
    done = CliRunner().invoke(_app(), [*record, "--desk", str(marked.desk.folder)])
    bad.unlink()
    assert done.exit_code != 0
    yield "a file that says no witness", done.output.encode() + _trace(done.exception)
    path.write_text(key[:4] + ("A" if key[4] != "A" else "B") + key[5:], "ascii")
    try:
        for kind, sealed in marked.sealed.items():
            try:
                marked.keys.read(newest(sealed), kind)
            except TocsinError as error:
                yield f"{sealed} with another key", _trace(error)
    finally:
        path.write_text(key, "ascii")
    for kind, sealed in marked.sealed.items():
        version = newest(sealed)
        version.number += 1
        try:
            marked.keys.read(version, kind)
        except TocsinError as error:
            yield f"{sealed} moved", _trace(error)


@outlet("the log at DEBUG", "desk")
def log(marked: MarkedDesk) -> Bytes:
    yield "log", LOG.getvalue().encode()


@outlet("the database at rest", "desk")
def at_rest(marked: MarkedDesk) -> Bytes:
    from django.db import connection

    if connection.vendor == "sqlite":
        for path in sorted(marked.desk.folder.glob("desk.sqlite3*")):
            yield path.name, path.read_bytes()
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                yield table, b"".join(bytes(chunk) for chunk in copy)


@outlet("a backup", "desk")
def backup(marked: MarkedDesk) -> Bytes:
    from tocsin.warn.backup.writing import write_backup

    file = marked.desk.folder.parent / "backup.tar"
    write_backup(marked.desk, file, at=at(11), with_records=True, with_keys=False)
    data = file.read_bytes()
    file.unlink()
    for plain in unpacked(data):
        for line in marked.desk.confidential_key_path.read_bytes().split():
            assert line not in plain, "the key lies beside what it opens"
    yield "backup.tar", data


@outlet("the audit chain", "desk")
def chain(marked: MarkedDesk) -> Bytes:
    from tocsin.records.models import AuditEntry

    for entry in AuditEntry.objects.all():
        yield str(entry), entry.body.encode()


@outlet("e-mail", "public")
def mail(marked: MarkedDesk) -> Bytes:
    for message in marked.mail.messages:
        yield message["Subject"], message.as_bytes()


@outlet("webhooks and pings", "public")
def webhooks(marked: MarkedDesk) -> Bytes:
    for request in marked.web.requests:
        yield request.path, repr(request.headers).encode() + request.body


@outlet("what waits in the queue", "desk")
def queue(marked: MarkedDesk) -> Bytes:
    from tocsin.records.models import Job

    for job in Job.objects.all():
        yield str(job), repr(job.__dict__).encode()


READ = [
    ["doctor"],
    ["warn", "drafts"],
    ["warn", "draft", WARNING],
    ["warn", "comments", WARNING],
    ["warn", "list"],
    ["warn", "harm-check", WARNING],
    ["review", "list", "-s", SITUATION],
    ["review", "show", f"claim/{CLAIM}", "-s", SITUATION],
    ["review", "history", f"claim/{CLAIM}", "-s", SITUATION],
    *(["review", verb, f"{kind}/K1", "-s", SITUATION] for verb in ("show", "history")
      for kind in ("witness", "contact", "exact-place", "note")),
    ["assess", "show", WARNING],
    ["assess", "signs", SITUATION],
    ["follow", "ledger", "-s", SITUATION],
    ["follow", "track-record"],
    ["follow", "matches", "-s", SITUATION],
    ["follow", "subscribers", "--all"],
    ["warn", "deliveries"],
    ["people", "list"],
    ["protect", "list", "-s", SITUATION],
    ["protect", "looks"],
    ["work", "list"],
]  # fmt: skip
"""Commands that only read, as they are driven."""

NOT_DRIVEN = {
    "people token list": "reads what tokens are for and until when, no record",
    "protect reveal": "the one way to see what is confidential: by role, with a reason, on record",
    "publish": "its files are an outlet of their own",
    "warn export": "its files are an outlet of their own",
    "warn diff": "reads editions or cases in files, which hold nothing else",
    "warn check": "reads a case in files",
    "verify": "reads a published site",
    "serve": "pages are an outlet of their own",
    "init": "makes a desk",
    "backup": "its file is an outlet of its own",
    "restore": "makes a desk of a backup",
    "migrate": "changes the database's shape",
    "review import-template": "an empty form",
    **dict.fromkeys(
        (
            "warn issue", "warn load", "warn open", "warn comment", "warn answer",
            "warn edit", "warn include", "warn exclude", "warn submit", "warn sign-off",
            "warn send-back", "warn abandon", "warn issue-draft", "warn update", "warn cancel",
            "warn without-withdrawn", "review record", "review dismiss", "review grade", "review other-side",
            "review accept", "review reject", "review withdraw", "review reopen", "review watch", "review intake",
            "review reopen-candidate", "review give-task", "review finish-task", "review drop-task",
            "review import", "assess finding", "assess level", "follow recommend", "follow respond",
            "follow correct", "follow expect", "follow settle", "follow confirm", "follow contest",
            "follow withdraw", "follow subscribe", "follow unsubscribe", "warn send-again",
            "follow publish", "signals", "people add", "people revoke", "people reactivate", "people invite",
            "people password",
            "people forget-factor", "people token add", "people token revoke", "protect record", "protect withdraw",
            "protect erase", "protect rotate-key", "work again",
        ),
        "writes; says which record and version, or a problem that the rules word",
    ),
}  # fmt: skip
"""Commands that are not driven, and why that is safe."""

DATA_HALF = ("archive", "collect", "forecast", "prepare")
"""Groups of commands that never open the records: import-linter keeps Django out of what they call."""

LOG = io.StringIO()


class Listening:
    """Every log record at DEBUG, SQL with its parameters included, as text with tracebacks."""

    def __enter__(self) -> None:
        from django.db import connection

        LOG.seek(0)
        LOG.truncate()
        self.handler = logging.StreamHandler(LOG)
        self.levels = {name: logging.getLogger(name).level for name in ("", "django", "django.db.backends", "tocsin")}
        for name in self.levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self.handler)
        logging.getLogger("django").addHandler(self.handler)
        logging.getLogger("django").propagate = False  # a test that fails would print all of it
        connection.force_debug_cursor = True

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        connection.force_debug_cursor = False
        logging.getLogger().removeHandler(self.handler)
        logging.getLogger("django").removeHandler(self.handler)
        logging.getLogger("django").propagate = True
        for name, level in self.levels.items():
            logging.getLogger(name).setLevel(level)


def _api(marked: MarkedDesk, token: str) -> Bytes:
    """What every address of the API gives that can be read, for every record that one can name."""
    from tests.web.test_api import Caller

    call = Caller(token)
    described = call.get("/api/1/openapi.json")
    yield "openapi.json", described.content
    keys = {"{situation}": [SITUATION], "{warning}": [WARNING], "{sha256}": [], "{key}": []}
    keys["{sha256}"] = [p.stem for p in marked.desk.editions.glob("*.json") if ".sig" not in p.name]
    keys["{key}"] = sorted(set(marked.situation.records.values_list("key", flat=True)))
    n_read = 0
    for path, methods in described.json()["paths"].items():
        addresses = [path] if "get" in methods else []
        for name, known in keys.items():
            addresses = [each.replace(name, key) for each in addresses for key in (known if name in each else [""])]
        for address in addresses:
            answer = call.get(f"{address}")
            assert answer.status_code in (200, 401, 404), address
            n_read += answer.status_code == 200
            yield address, answer.content
    assert n_read > (100 if token else 3), "too little was read to say anything"


def _client(username: str = ""):
    """A browser at the desk, signed in as somebody or as nobody."""
    from django.test import Client

    from tests.web.signed_in import show_factor
    from tocsin.records.models import Person

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    if username:
        client.person = Person.objects.get(username=username)
        client.force_login(client.person)
        show_factor(client)
    return client


def _app():
    from tocsin.cli import app

    return app


def _files(folder) -> Bytes:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder.parent).as_posix(), path.read_bytes()


def _trace(error: BaseException | None) -> bytes:
    return "".join(traceback.format_exception(error)).encode() if error else b""


def addresses() -> list[str]:
    """Every address of the web, with keys of the marked desk where it takes some."""
    import re

    from django.urls import URLPattern, get_resolver

    values = {"situation": SITUATION, "warning": WARNING, "claim": CLAIM, "key": CLAIM, "kind": "claim"}

    def walk(patterns, before: str) -> Iterator[str]:
        for each in patterns:
            own = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield own
            else:
                yield from walk(each.url_patterns, own)

    found = []
    for pattern in walk(get_resolver().url_patterns, "/"):
        plain = re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: values.get(m[2], "1" if m[1] == "int" else CLAIM), pattern)
        found.append(re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]", "1", plain) if "(?P" in plain else plain.rstrip("$"))
    return sorted(set(found))


def _pages(client) -> Bytes:
    for address in addresses():
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield f"GET {address} {answer.status_code}", str(dict(answer.headers)).encode() + body
