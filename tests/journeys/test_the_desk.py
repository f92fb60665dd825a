"""From a case to a cancelled warning by commands alone, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cases import ARMENIA
from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder

WARNING = "GW-2023-10-ARM-AZE"
SIT = "armenia-azerbaijan"

CLAIM = """
id = "C42"
text = "Shots were fired at a post near the border."
kind = "event"
asserted_by = "Ministry of Defence of Armenia"
sources = [{ source = "R05", passage = "Paragraph 2" }]
date = "2023-10-20"
places = ["AM-SU"]
grade = { source = "F", information = "6" }
"""

FINDING = """
framework = "ten-stages"
number = 6
state = "suspected"
support = "weak"
claims = ["C42"]
rationale = "One report of shots; the other side denies it."
"""

RESPONSE = """
status = "none"
as_of = "2026-11"
by = "EU leaders"
text = "None found."
[search]
date = "2026-11-23"
where = "Official Journal of the EU"
terms = "Azerbaijan, gas, memorandum"
"""

EXPECTATION = """
id = "X1"
statement = "The border commission meets before the end of November 2026, as both governments announce."
p = 0.7
window_from = "2026-11-23"
window_to = "2026-11-30"
settled_by = "A joint statement of both governments that names the meeting"
claims = ["C42"]
"""

SETTLEMENT = """
outcome = "came_true"
as_of = "2026-11-28"
text = "Both governments published a joint statement on the meeting, as the cited source says."
sources = [{ source = "R05" }]
"""


class Desk:
    """Runs commands at one desk, a minute apart."""

    def __init__(self, folder: DeskFolder, tmp_path: Path) -> None:
        self.folder = folder
        self.tmp_path = tmp_path
        self.minutes = 0

    def run(self, *words: str, code: int = 0, at: bool = True) -> Any:
        """Run a command; gives what it prints as JSON."""
        self.minutes += 1
        stamp = ["--at", f"2026-11-23T13:{self.minutes // 60:02}:{self.minutes % 60:02}Z"] if at else []
        answer = CliRunner().invoke(app, [*words, "--desk", str(self.folder.folder), *stamp, "--json"])
        assert answer.exit_code == code, f"{words}: {answer.output} {answer.exception!r}"
        return json.loads(answer.output)

    def refused(self, *words: str) -> str:
        """Run a command that is refused; gives the sentence."""
        answer = CliRunner().invoke(app, [*words, "--desk", str(self.folder.folder)])
        assert isinstance(answer.exception, TocsinError), f"{words}: {answer.output} {answer.exception!r}"
        return str(answer.exception)

    def file(self, name: str, text: str) -> str:
        """A file that a person wrote."""
        path = self.tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)


@pytest.fixture
def at_the_desk(desk: DeskFolder, tmp_path: Path) -> Desk:
    made = Desk(desk, tmp_path)
    made.run("people", "add", "admin", "--name", "An Administrator")
    for name, role in (("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")):
        made.run("people", "add", name, "--name", name.title(), "--role", role, "--by", "admin")
    return made


def test_from_a_case_to_a_cancelled_warning(at_the_desk: Desk) -> None:
    run, refused, file = at_the_desk.run, at_the_desk.refused, at_the_desk.file

    # the case, then a new claim: entered, contested, graded, accepted
    run("warn", "load", str(ARMENIA), "--edition", "1", "--by", "rita")
    run("review", "record", "claim", file("c42.toml", CLAIM), "-s", SIT, "--by", "ani")
    run("review", "other-side", "C42", "--of", "Ministry of Defence of Azerbaijan", "--source", "R04", "--seen", "1",
        "--text", "Denies that shots were fired.", "-s", SIT, "--by", "ani")  # fmt: skip
    assert "is not graded" in refused("review", "accept", "C42", "-s", SIT, "--by", "rita")
    run(
        "review",
        "grade",
        "C42",
        "--source",
        "C",
        "--information",
        "4",
        "-m",
        "one party's report",
        "-s",
        SIT,
        "--by",
        "ani",
    )
    assert "needs the role reviewer" in refused("review", "accept", "C42", "-s", SIT, "--by", "ani")
    run("warn", "include", WARNING, "claims", "C42", "--seen", "1", "--by", "ani")
    assert "not accepted" in json.dumps(run("warn", "submit", WARNING, "--by", "ani", code=3))
    run("review", "accept", "C42", "-s", SIT, "--by", "rita")
    run("assess", "finding", WARNING, file("stage-6.toml", FINDING), "--by", "ani")

    # nobody signs off their own work; a second person does; any change voids it
    run("warn", "submit", WARNING, "--by", "ani")
    assert "needs the role reviewer" in refused("warn", "sign-off", WARNING, "--by", "ani")
    run("people", "add", "ani", "--name", "Ani", "--role", "reviewer", "--by", "admin")
    assert "ani drafted or changed" in refused("warn", "sign-off", WARNING, "--by", "ani")
    assert "rita drafted or changed" in refused("warn", "sign-off", WARNING, "--by", "rita")
    run("warn", "sign-off", WARNING, "--by", "sam", "-m", "read in full")
    run(
        "review",
        "grade",
        "C42",
        "--source",
        "B",
        "--information",
        "4",
        "-m",
        "a known reporter",
        "--seen",
        "1",
        "-s",
        SIT,
        "--by",
        "ani",
    )
    assert "writing, and cannot issue" in refused("warn", "issue-draft", WARNING, "--by", "petra")
    run("warn", "submit", WARNING, "--by", "ani")
    run("warn", "sign-off", WARNING, "--by", "sam")
    assert "needs the role publisher" in refused("warn", "issue-draft", WARNING, "--by", "sam")
    issued = run("warn", "issue-draft", WARNING, "--by", "petra")
    assert issued["edition"] == 1
    assert Path(issued["path"]).exists()

    # an update with its diff
    run("review", "withdraw", "C42", "-m", "the ministry corrected itself", "-s", SIT, "--by", "rita")
    run("warn", "update", WARNING, "-m", "A claim was withdrawn.", "--review-date", "2027-03-31", "--by", "ani")
    assert "not accepted" in json.dumps(run("warn", "submit", WARNING, "--by", "ani", code=3))
    run("warn", "exclude", WARNING, "claims", "C42", "--seen", "1", "-m", "withdrawn", "--by", "ani")
    found = run("assess", "show", WARNING, at=False)
    assessment = {**found["assessment"], "findings": found["assessment"]["findings"][:-1]}
    run(
        "assess",
        "level",
        WARNING,
        file("a.json", json.dumps(assessment)),
        "--seen",
        str(found["version"]),
        "--by",
        "ani",
    )
    draft = run("warn", "draft", WARNING)
    differences = {(each["target"], each["kind"]) for each in draft["other_differences"]}
    assert {("C42", "removed"), ("stage-6", "removed"), ("review_date", "changed")} <= differences
    run("warn", "submit", WARNING, "--by", "ani")
    run("warn", "sign-off", WARNING, "--by", "rita")
    assert run("warn", "issue-draft", WARNING, "--by", "petra")["edition"] == 2
    diff = run("warn", "diff", WARNING, "--from", "1", "--to", "2", at=False)
    assert any(each["about"] == "C42" for each in diff)

    # a response is recorded; an expectation is settled by one and confirmed by another
    assert "no search log" in refused(
        "follow",
        "respond",
        "REC-1",
        file("bad.toml", 'status = "none"\nas_of = "2026"\ntext = "None."'),
        "-s",
        SIT,
        "--by",
        "ani",
    )
    run("follow", "respond", "REC-1", file("r.toml", RESPONSE), "-s", SIT, "--by", "ani")
    assert run("follow", "ledger", at=False)[0]["status"] == "none"
    run("follow", "expect", file("x1.toml", EXPECTATION), "-s", SIT, "--by", "ani")
    run("follow", "settle", "X1", file("s.toml", SETTLEMENT), "-s", SIT, "--by", "ani")
    assert "somebody else must confirm" in refused("follow", "confirm", "X1", "-s", SIT, "--by", "ani")
    run("follow", "confirm", "X1", "-s", SIT, "--by", "rita")
    assert run("follow", "track-record")["score"]["brier"] == pytest.approx(0.09)

    # the cancellation, in one command and with four eyes
    assert (
        run("warn", "cancel", WARNING, "-m", "The danger has passed, as both governments state.", "--by", "ani")[
            "state"
        ]
        == "submitted"
    )
    assert "ani drafted or changed" in refused("warn", "sign-off", WARNING, "--by", "ani")
    run("warn", "sign-off", WARNING, "--by", "rita")
    run("warn", "issue-draft", WARNING, "--by", "petra")
    (stands,) = run("warn", "drafts")
    assert (stands["edition"], stands["message_type"], stands["draft_state"]) == (3, "Cancel", "")
    assert "was cancelled" in refused("warn", "update", WARNING, "-m", "again", "--by", "ani")

    # the site follows, and doctor is content until a row is changed by hand
    assert run("publish")["editions"] == 3
    assert run("doctor", at=False)["well"]
    history = run("review", "history", "claim/C42", "-s", SIT, at=False)
    assert [each["what"] for each in history] == ["version 1", "version 2", "accept: accepted", "withdraw: withdrawn"]
    _by_hand("UPDATE records_version SET content = REPLACE(content, 'Denies that shots', 'Admits that shots')")
    failures = run("doctor", code=3, at=False)["failures"]
    assert any("claim/C42 version 2" in each["where"] for each in failures), failures


def _by_hand(statement: str) -> None:
    from tests.records.test_integrity import by_hand

    by_hand(statement)


def test_two_who_change_the_same_claim_both_keep_what_they_wrote(at_the_desk: Desk) -> None:
    run, refused, file = at_the_desk.run, at_the_desk.refused, at_the_desk.file
    run("warn", "load", str(ARMENIA), "--edition", "1", "--by", "rita")
    run("review", "record", "claim", file("c42.toml", CLAIM), "-s", SIT, "--by", "ani")
    changed = CLAIM.replace("a post", "two posts")
    run(
        "review",
        "record",
        "claim",
        file("mine.toml", changed),
        "--seen",
        "1",
        "-s",
        SIT,
        "--by",
        "rita",
        "-m",
        "two posts",
    )
    said = refused(
        "review",
        "record",
        "claim",
        file("yours.toml", CLAIM.replace("Shots", "Many shots")),
        "--seen",
        "1",
        "-s",
        SIT,
        "--by",
        "ani",
    )
    assert "is at version 2 by rita (two posts), and you read version 1" in said
