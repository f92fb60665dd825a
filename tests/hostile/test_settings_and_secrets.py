"""Settings that leave a deployment check nothing to say; error pages that tell nothing; no key in the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.web.signed_in import ClientOf
from tests.web.test_base import with_web
from tocsin.warn.desk import DeskFolder

ROOT = Path(__file__).parent.parent.parent

SECRETS = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abpr]-[0-9A-Za-z-]{20}"
    rb"|(?i:secret_key|api_key|passwd|password|token)\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{24,}[\"']"
)

CHECK = """
import sys
from pathlib import Path
from tocsin.web import setup
setup(Path(sys.argv[1]))
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
"""


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    desk = with_web(tmp_path, 'address = "https://desk.example.org"')
    words = [sys.executable, "-W", "ignore", "-c", CHECK, str(desk.folder)]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "TOCSIN_DESK": str(desk.folder)})
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


def test_no_tracked_file_holds_a_key_or_a_password() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: which files are tracked is unknown")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / os.fsdecode(name) for name in listed.split(b"\0") if name]
    assert len(paths) > 300
    found = {}
    for path in paths:
        if path.is_file() and path.stat().st_size < 2_000_000 and path.suffix not in (".woff2", ".ttf", ".lock"):
            for hit in SECRETS.findall(path.read_bytes()):
                found.setdefault(path.relative_to(ROOT).as_posix(), []).append(hit)
    assert found == {}


@pytest.mark.parametrize(
    "text", ["-----BEGIN " + "PRIVATE KEY-----", "SECRET" + "_KEY = 'abcdefghijklmnopqrstuvwxyz'", "AKIA" + "A" * 16]
)
def test_a_key_would_be_found(text: str) -> None:
    assert SECRETS.search(text.encode())


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_every_error_page_is_whole_without_a_database_and_without_details(desk: DeskFolder, status: int) -> None:
    from django.template.loader import render_to_string

    page = render_to_string(f"{status}.html")
    assert page.count("<h1>") == 1
    assert "Traceback" not in page
    assert "{{" not in page


def test_a_failure_inside_shows_nothing_of_it(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.web.invitations import views

    def fail(*_: Any) -> None:
        raise RuntimeError("the-password-of-the-database")

    client = client_of("admin")
    client.raise_request_exception = False
    monkeypatch.setattr(views.queries, "may", fail)
    answer = client.get("/people/invite/")
    assert answer.status_code == 500
    assert b"the-password-of-the-database" not in answer.content
    assert b"Something failed here" in answer.content


def test_secrets_of_second_factors_are_not_readable_in_the_database(desk: DeskFolder, client_of: ClientOf) -> None:
    from tests.web.signed_in import SECRET

    data = str(client_of("rita").person.authenticator_set.get().data)
    assert len(data) > 50
    assert SECRET not in data
