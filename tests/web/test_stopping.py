"""Ctrl-C in a terminal, and the signal of a service manager, stop the desk's server and its workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tocsin.warn.desk import DeskFolder


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes that a signal reaches")
@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("told", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_signal_stops_the_server_and_its_workers(desk: DeskFolder, told: signal.Signals, group: bool) -> None:
    from tocsin.web.server import find_port

    port = find_port("127.0.0.1", 0)
    words = [sys.executable, "-m", "tocsin", "serve", "--desk", str(desk.folder), "--port", str(port)]
    server = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # a group of its own, as a terminal gives
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        for _ in range(600):
            if answers(port):
                break
            assert server.poll() is None
            time.sleep(0.1)
        (os.killpg if group else os.kill)(server.pid, told)
        assert server.wait(30) == 0
        assert not answers(port)
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
