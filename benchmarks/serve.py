"""Pages of a running desk: a published page given out as a file, beside a file through Python and a page of the desk.

    python benchmarks/serve.py [--seconds 5] [--clients 2] [--connections 16]

Each client is a process with so many connections kept open; every connection asks again as soon as it is answered. The
clients share the processors with the server, so that the figure is lower than what the server alone could do.

    published page   `/site/…/index.html` of the Armenia case, from `tocsin serve`; with more workers, too
    by nginx         the same file from `site/`, as docs/how-to/run-a-desk-for-a-team.md has it served to the world;
                     where there is an nginx, or `--nginx` names its program
    style sheet      a file of the desk's own, which goes through Python (WhiteNoise): what the site does not do
    sign-in page     a page made by Django for each request
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.cases import issue_armenia  # the case of the tests

AIM = 10_000
PAGE = "warnings/gw-2023-10-arm-aze/index.html"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--nginx", default=shutil.which("nginx"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as scratch:
        desk = issue_armenia(Path(scratch) / "desk")
        subprocess.run([sys.executable, "-m", "tocsin", "publish", "--desk", str(desk.folder)], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        size = (desk.site / PAGE).stat().st_size
        print(f"{size:,} bytes, {asked.seconds:g} s, {asked.clients} clients of {asked.connections} connections, "
              f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")  # fmt: skip
        serve = [sys.executable, "-m", "tocsin", "serve", "--desk", str(desk.folder), "--port"]
        for name, path, words in (
            ("published page", f"/site/{PAGE}", serve),
            ("by two workers", f"/site/{PAGE}", [*serve[:4], "--workers", "2", *serve[4:]]),
            ("by nginx", f"/site/{PAGE}", [asked.nginx] if asked.nginx else []),
            ("style sheet", "/static/desk/desk.css", serve),
            ("sign-in page", "/account/login/", serve),
        ):
            if not words:
                print(f"{name:16} there is no nginx here")
                continue
            rate = measure(desk.folder, path, words, asked)
            aim = f"  (aim {AIM:,})" if path.startswith("/site/") else ""
            print(f"{name:16} {rate:10,.0f} requests/s{aim}")


def measure(folder: Path, path: str, words: list[str], asked: argparse.Namespace) -> float:
    """Answers in a second, over all clients, of a server that is started by some words and the number of a port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if words == [asked.nginx]:
        words = [*words, "-e", "stderr", "-c", str(nginx_settings(folder, port))]
    else:
        words = [*words, str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        with multiprocessing.Pool(asked.clients) as pool:
            counts = pool.starmap(client, [(port, path, asked.connections, asked.seconds)] * asked.clients)
        return sum(counts) / asked.seconds
    finally:
        server.terminate()
        server.wait(15)


def nginx_settings(folder: Path, port: int) -> Path:
    """Settings of an nginx that gives out a desk's site as files, and touches nothing but a folder of its own."""
    own = folder / "cache" / "nginx"
    own.mkdir(parents=True, exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = " ".join(f"{kind}_temp_path {own / kind};" for kind in kinds)
    path = own / "nginx.conf"
    path.write_text(
        f"""daemon off; master_process on; pid {own / "pid"}; worker_processes auto; user root;
events {{ }}
http {{
    {kept} access_log off; sendfile on; tcp_nopush on; open_file_cache max=1000 inactive=60s;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{port}; location /site/ {{ alias {folder / "site"}/; index index.html; }} }}
}}
"""
    )
    return path


def wait_for(port: int) -> None:
    """Until somebody listens."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def client(port: int, path: str, n_connections: int, seconds: float) -> int:
    """How many answers came, each of them whole and with status 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    waiting: dict[socket.socket, tuple[int, bytes]] = {}

    def ask(connection: socket.socket) -> None:
        connection.sendall(request)
        waiting[connection] = (0, b"")

    for _ in range(n_connections):
        connection = socket.create_connection(("127.0.0.1", port))
        selector.register(connection, selectors.EVENT_READ)
        ask(connection)
    answers = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(0.1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            got = connection.recv(1 << 20)
            before = waiting[connection][1]
            tail = before + got if len(before) < 4096 else before[:4096] + got[-64:]
            if got and not complete(tail, waiting[connection][0] + len(got)):
                waiting[connection] = (waiting[connection][0] + len(got), tail)
                continue
            if tail[9:12] != b"200":
                raise SystemExit(f"{path}: {tail[:80]!r}")
            answers += 1
            ask(connection)
    return answers


def complete(tail: bytes, size: int) -> bool:
    """Whether an answer is whole: by its length, or its last chunk."""
    head, _, _ = tail.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return size >= len(head) + 4 + int(value)
    return tail.endswith(b"0\r\n\r\n")


if __name__ == "__main__":
    main()
