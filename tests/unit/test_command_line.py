"""The command line as a person meets it."""

import subprocess
import sys


def tocsin(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tocsin", *words], capture_output=True, text=True, check=False)


def test_it_tells_its_version() -> None:
    assert tocsin("--version").stdout.startswith("tocsin 0.")


def test_an_unknown_command_is_named_without_a_traceback() -> None:
    answer = tocsin("no-such-verb")
    assert answer.returncode == 2
    assert "no-such-verb" in answer.stderr
    assert "Traceback" not in answer.stderr
