"""The commands in the page on the API work as they stand, and the reference names every address."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cases import ARMENIA
from tests.records.people import at, people
from tests.web.signed_in import RunningDesk
from tests.web.test_api import token

PAGE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "use-the-api.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands use curl")
def test_the_commands_of_the_page_work(running_desk: RunningDesk) -> None:
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles

    rita, ani = people(("rita", "reviewer"), ("ani", "analyst"))
    actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    given = {**os.environ, "DESK_URL": running_desk.url, "TOKEN": token(ani, "read", "review")}
    commands = [c for c in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "curl" in c]
    answers = [
        json.loads(subprocess.run(["sh", "-c", line], env=given, capture_output=True, check=True).stdout)
        for block in commands
        for line in re.split(r"\n(?=curl)", block.strip())
    ]
    assert len(answers) == 6
    assert answers[0] == {"items": [], "next": None}
    assert answers[1]["status"] == 404, "nothing is published at this desk"
    assert answers[3]["person"] == "ani"
    assert len(answers[4]["items"]) == 5
    assert answers[5]["path"] == "situation/armenia-azerbaijan/claim/C99"
