"""From a case to a cancelled warning that everybody was told of, by commands and the API alone; then from a backup."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests.deliver.delivering import let_deliver
from tests.deliver.receiving import MailServer, WebServer
from tests.records.test_four_eyes import sign_in_sql
from tests.records.test_integrity import by_hand
from tests.web.signed_in import SECRET, enrol
from tests.web.test_api import Caller
from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.publish.addresses import edition_path
from tocsin.warn.desk import DeskFolder

CASE = Path(__file__).parent.parent.parent / "cases" / "armenia-2023"
WARNING = "GW-2023-10-ARM-AZE"
SIT = "armenia-azerbaijan"
API = f"/api/1/situations/{SIT}"
DRAFT = f"/api/1/bulletins/{WARNING}/draft"
TODAY = datetime.datetime.now(datetime.UTC).date().isoformat()

CLAIM = {
    "id": "C42", "text": "Shots were fired at a post near the border.", "kind": "event", "date": "2023-10-20",
    "asserted_by": "Ministry of Defence of Armenia", "places": ["AM-SU"],
    "sources": [{"source": "R05", "passage": "Paragraph 2"}],
    "grade": {"source": "F", "information": "6"},
}  # fmt: skip
OTHER_SIDE = {
    "by": "Ministry of Defence of Azerbaijan", "text": "Denies that shots were fired.",
    "sources": [{"source": "R04"}],
}  # fmt: skip
FINDING = {
    "framework": "ten-stages", "number": 6, "state": "suspected", "support": "weak", "claims": ["C42"],
    "rationale": "One report of shots; the other side denies it.",
}  # fmt: skip
RESPONSE = {
    "status": "none", "as_of": "2026-11", "by": "EU leaders", "text": "None found.",
    "search": {"date": "2026-11-23", "where": "Official Journal of the EU", "terms": "Azerbaijan, gas, memorandum"},
}  # fmt: skip
EXPECTATION = {
    "id": "X1", "statement": "The border commission meets this month, as both governments announce.", "p": 0.7,
    "window_from": TODAY, "window_to": TODAY, "claims": ["C42"],
    "settled_by": "A joint statement of both governments that names the meeting",
}  # fmt: skip
SETTLEMENT = {
    "outcome": "came_true", "as_of": TODAY, "text": "Both governments published a joint statement.",
    "sources": [{"source": "R05"}],
}  # fmt: skip


class Spine:
    """A desk as programs reach it: commands in a terminal, and callers of the API with tokens made by a command."""

    def __init__(self, folder: Path, mail: MailServer) -> None:
        self.folder = folder
        self.mail = mail
        self.codes: set[tuple[str, int]] = set()

    def run(self, *words: str, code: int = 0) -> Any:
        """Run a command; gives what it prints as JSON."""
        answer = CliRunner().invoke(app, [*words, "--desk", str(self.folder), "--json"])
        assert answer.exit_code == code, f"{words}: {answer.output} {answer.exception!r}"
        return json.loads(answer.output)

    def refused(self, *words: str) -> str:
        """Run a command that is refused; gives the sentence."""
        answer = CliRunner().invoke(app, [*words, "--desk", str(self.folder)])
        assert isinstance(answer.exception, TocsinError), f"{words}: {answer.output} {answer.exception!r}"
        return str(answer.exception)

    def caller(self, name: str, *scopes: str) -> Caller:
        """Somebody's program."""
        reach = [word for scope in scopes for word in ("--scope", scope)]
        return Caller(self.run("people", "token", "add", "a program", *reach, "--by", name)["token"])

    def code(self, name: str) -> str:
        """A code of somebody's authenticator that they have not used yet: of this half minute, or one beside it."""
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

        while True:
            now = int(time.time()) // 30
            for counter in (now, now + 1, now - 1):
                if (name, counter) not in self.codes:
                    self.codes.add((name, counter))
                    return format_hotp_value(hotp_value(SECRET, counter))
            time.sleep(1)

    def linked(self, page: str) -> str:
        """The path of a link in the last message."""
        body = self.mail.messages[-1].get_body(("plain",))
        assert body is not None
        found = re.search(rf"https://\S+/follow/{page}/\S+/", body.get_content().replace("=\n", ""))
        assert found, body.get_content()
        return urlsplit(found[0]).path


@pytest.fixture
def spine(desk: DeskFolder, mail: tuple[MailServer, int], web: tuple[WebServer, str]) -> Iterator[Spine]:
    let_deliver(desk.folder, mail[1], web[1])
    made = Spine(desk.folder, mail[0])
    made.run("people", "add", "admin", "--name", "An Administrator")
    for name, role in (("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")):
        made.run("people", "add", name, "--name", name.title(), "--role", role, "--by", "admin")
    return made


def ok(answer: Any) -> Any:
    """What the API answered; it must have done what was asked."""
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_from_a_case_to_a_cancelled_warning_and_back_from_a_backup(
    spine: Spine, web: tuple[WebServer, str], tmp_path: Path
) -> None:
    from tocsin.core.rules.four_eyes import FourEyesError, check_second_person
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import contributions, get_bulletin
    from tocsin.warn.queries import get_open_draft, last_submission

    run, refused, hook = spine.run, spine.refused, web[0]

    # the case; somebody is told by mail once they confirmed, a program by a webhook
    run("warn", "load", str(CASE), "--edition", "1", "--by", "rita")
    run("follow", "subscribe", "ana@example.org", "--situation", SIT, "--tests", "--by", "petra")
    run("follow", "subscribe", f"{web[1]}/hook", "--tests", "--by", "petra")
    run("work", "--once")
    assert b"You will be told" in Client(enforce_csrf_checks=True).post(spine.linked("confirm")).content
    spine.mail.to.clear()

    # a new claim, its grade, the other side and a finding
    ani = spine.caller("ani", "read", "review", "assess", "warn", "follow")
    rita = spine.caller("rita", "read", "review", "warn", "follow", "sign_off")
    ok(ani.put(f"{API}/claims/C42", CLAIM, reason="in the news"))
    ok(ani.put(f"{API}/claims/C42/grade", {"source": "C", "information": "4", "reason": "one party's report"}))
    ok(ani("POST", f"{API}/claims/C42/other-sides", {"says": OTHER_SIDE, "seen": 1}))
    ok(rita("POST", f"{API}/claims/C42/accept", {}))
    ok(ani("POST", f"/api/1/bulletins/{WARNING}/findings", {"says": FINDING}))
    ok(ani("POST", f"{DRAFT}/include", {"list": "claims", "keys": ["C42"], "seen": 1}))
    ok(ani("POST", f"{DRAFT}/submit", {}))

    # nobody signs their own work: says the rule, the action, and the database
    draft = get_open_draft(get_bulletin(WARNING))
    with pytest.raises(FourEyesError):
        check_second_person("rita", contributions(last_submission(draft)))
    for name in ("rita", "sam", "petra"):
        enrol(get_person(name))
    own = rita("POST", f"{DRAFT}/sign-off", {}, **{"X-Tocsin-Code": spine.code("rita")})
    assert (own.status_code, "rita drafted or changed" in own.json()["detail"]) == (403, True)
    said = refused("warn", "sign-off", WARNING, "--by", "rita", "--code", spine.code("rita"))
    assert "rita drafted or changed" in said
    from django.db import DatabaseError

    with pytest.raises(DatabaseError, match="four eyes"):
        sign_in_sql(draft, "rita")

    # a second person signs with a second factor; any change voids it; then it is issued
    sam = spine.caller("sam", "read", "warn", "sign_off")
    petra = spine.caller("petra", "read", "issue")
    without = sam("POST", f"{DRAFT}/sign-off", {})
    assert (without.status_code, "second factor" in without.json()["detail"]) == (403, True)
    ok(sam("POST", f"{DRAFT}/sign-off", {"statement": "Read."}, **{"X-Tocsin-Code": spine.code("sam")}))
    ok(ani.put(f"{API}/claims/C42/grade", {"source": "B", "information": "4", "reason": "a known reporter"}, seen=1))
    early = petra("POST", f"{DRAFT}/issue", {}, **{"X-Tocsin-Code": spine.code("petra")})
    assert (early.status_code, "cannot issue" in early.json()["detail"]) == (409, True), early.json()
    ok(ani("POST", f"{DRAFT}/submit", {}))
    ok(sam("POST", f"{DRAFT}/sign-off", {}, **{"X-Tocsin-Code": spine.code("sam")}))
    issued = ok(petra("POST", f"{DRAFT}/issue", {}, **{"X-Tocsin-Code": spine.code("petra")}))

    # page, PDF, CAP and feed stand, and the message and the webhook arrive once, however often a worker looks
    for _ in range(3):
        run("work", "--once")
    site = spine.folder / "site"
    folder = site / edition_path(WARNING, 1)
    for name in ("index.html", "warning.pdf", "alert.cap.xml", "report.jsonld"):
        assert (folder / name).stat().st_size > 1000, name
    assert issued["sha256"] in (folder / "index.html").read_text("utf-8")
    assert edition_path(WARNING, 1) in (site / "feeds" / "all.atom").read_text("utf-8")
    assert ok(Caller().get(f"/api/1/warnings/{WARNING}"))["sha256"] == issued["sha256"]
    assert spine.mail.to == ["ana@example.org"]
    assert [json.loads(each.body)["data"]["sha256"] for each in hook.at("/hook")] == [issued["sha256"]]

    # an update with its diff
    ok(rita("POST", f"{API}/claims/C42/withdraw", {"reason": "the ministry corrected itself"}))
    run("warn", "update", WARNING, "-m", "A claim was withdrawn.", "--review-date", "2027-03-31", "--by", "ani")
    gone = {"list": "claims", "keys": ["C42"], "seen": 1, "reason": "withdrawn"}
    ok(ani("POST", f"{DRAFT}/exclude", gone))
    at_assessment = f"/api/1/bulletins/{WARNING}/assessment"
    stands = ok(ani.get(at_assessment))
    says = {**stands["says"], "findings": stands["says"]["findings"][:-1]}
    ok(ani.put(at_assessment, says, seen=stands["version"]))
    differences = {(each["target"], each["kind"]) for each in run("warn", "draft", WARNING)["other_differences"]}
    assert {("C42", "removed"), ("stage-6", "removed"), ("review_date", "changed")} <= differences
    ok(ani("POST", f"{DRAFT}/submit", {}))
    ok(sam("POST", f"{DRAFT}/sign-off", {}, **{"X-Tocsin-Code": spine.code("sam")}))
    assert run("warn", "issue-draft", WARNING, "--by", "petra", "--code", spine.code("petra"))["edition"] == 2
    assert any(each["about"] == "C42" for each in run("warn", "diff", WARNING, "--from", "1", "--to", "2"))

    # a response; an expectation, settled by one and confirmed by another
    ok(ani("POST", f"{API}/recommendations/REC-1/responses", {"says": RESPONSE}))
    assert run("follow", "ledger")[0]["status"] == "none"
    ok(ani.put(f"{API}/expectations/X1", EXPECTATION))
    ok(ani("POST", f"{API}/expectations/X1/settle", {"says": SETTLEMENT}))
    assert ani("POST", f"{API}/expectations/X1/confirm", {}).status_code == 403
    ok(rita("POST", f"{API}/expectations/X1/confirm", {}))
    assert run("follow", "track-record")["score"]["brier"] == pytest.approx(0.09)

    # the cancellation, which everybody is told of too
    why = {"reason": "The danger has passed, as both governments state."}
    ok(ani("POST", f"/api/1/bulletins/{WARNING}/cancel", why))
    run("warn", "sign-off", WARNING, "--by", "rita", "--code", spine.code("rita"))
    run("warn", "issue-draft", WARNING, "--by", "petra", "--code", spine.code("petra"))
    run("work", "--once")
    assert spine.mail.to == ["ana@example.org"] * 3
    assert [json.loads(each.body)["type"] for each in hook.at("/hook")] == [
        "warning.issued", "warning.updated", "warning.cancelled",
    ]  # fmt: skip
    verified = CliRunner().invoke(app, ["verify", str(site)])
    assert verified.exit_code == 0, verified.output

    # a backup, the desk wiped, and back: doctor is content until a row is changed by hand
    run("backup", str(tmp_path / "desk.tar"), "--with-keys")
    shutil.rmtree(spine.folder)
    back = tmp_path / "back"
    restored = CliRunner().invoke(app, ["restore", str(tmp_path / "desk.tar"), str(back)])
    assert restored.exit_code == 0, restored.output
    spine.folder = back
    assert run("doctor")["well"]
    assert ok(ani.get(f"{API}/claims/C42"))["state"] == "withdrawn"
    by_hand("UPDATE records_version SET content = REPLACE(content, 'Denies that shots', 'Admits that shots')")
    failures = run("doctor", code=3)["failures"]
    assert any("claim/C42 version 2" in each["where"] for each in failures), failures
