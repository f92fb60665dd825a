"""People who click, in one process beside the server's: plain sockets, so that what they cost is small and known."""

from __future__ import annotations

import heapq
import json
import random
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

Pages = dict[str, list[str]]
"""The addresses of each kind of page."""


@dataclass
class Ran:
    """Seconds that each click took, by page; how long it lasted, what the clients themselves cost."""

    took: dict[str, list[float]]
    n_unanswered: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0


@dataclass
class Person:
    """Somebody with a connection of their own, who chooses pages by chance, always the same."""

    number: int
    cookie: str
    chance: random.Random
    connection: socket.socket | None = None
    page: str = ""
    path: str = ""
    started: float = 0.0
    answer: bytearray = field(default_factory=bytearray)


def crowd_apart(
    port: int, cookies: list[str], pages: Pages, seconds: float, pause: tuple[float, float] | None = None
) -> Ran:
    """Let people click for so long, in a process of their own. Raises RuntimeError when a page is not there.

    pause: between two clicks, at least and at most, in seconds; without it, nobody pauses
    """
    asked = json.dumps([port, cookies, pages, seconds, pause])
    done = subprocess.run([sys.executable, __file__], input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Ran(**json.loads(done.stdout))


def crowd(port: int, cookies: list[str], pages: Pages, seconds: float, pause: tuple[float, float] | None) -> Ran:
    """The same, in this process."""
    people = [Person(number, cookie, random.Random(number)) for number, cookie in enumerate(cookies)]
    ran = Ran({name: [] for name in pages})
    names = list(pages)
    waiting = selectors.DefaultSelector()
    begun, cpu = time.perf_counter(), time.process_time()
    end = begun + seconds
    resting = [(begun + person.chance.uniform(0, pause[1]) if pause else begun, person.number) for person in people]
    heapq.heapify(resting)
    n_asking = 0
    while n_asking or (resting and time.perf_counter() < end):
        now = time.perf_counter()
        while resting and resting[0][0] <= now < end:
            person = people[heapq.heappop(resting)[1]]
            person.page = person.chance.choice(names)
            person.path = person.chance.choice(pages[person.page])
            _ask(person, port, waiting)
            n_asking += 1
        if now >= end:
            resting.clear()
        for key, _ in waiting.select(max(0.0, resting[0][0] - now) if resting else 1.0):
            person = key.data
            status = _read(person, waiting)
            if status is None:
                continue
            now = time.perf_counter()
            n_asking -= 1
            if status == 0:
                ran.n_unanswered += 1
            elif status != 200:
                raise RuntimeError(f"{person.path}: {status}")
            else:
                ran.took[person.page].append(now - person.started)
            rest = person.chance.uniform(*pause) if pause else 0.0
            heapq.heappush(resting, (now + rest, person.number))
    ran.seconds, ran.cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    return ran


def _ask(person: Person, port: int, waiting: selectors.BaseSelector) -> None:
    person.started = time.perf_counter()
    person.answer.clear()
    if person.connection is None:
        person.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        waiting.register(person.connection, selectors.EVENT_READ, person)
    person.connection.sendall(
        f"GET {person.path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n"
        f"Cookie: {person.cookie}\r\n\r\n".encode()
    )


def _read(person: Person, waiting: selectors.BaseSelector) -> int | None:
    """The status of a whole answer; None while some of it is still to come, 0 when the server hung up."""
    assert person.connection is not None
    try:
        came = person.connection.recv(1 << 18)
    except OSError:
        came = b""
    if not came:
        waiting.unregister(person.connection)
        person.connection.close()
        person.connection = None  # it is opened again with the next click
        return 0
    person.answer += came
    head, found, body = bytes(person.answer).partition(b"\r\n\r\n")
    if not found:
        return None
    lines = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
    whole = body.endswith(b"0\r\n\r\n") if length is None else len(body) >= length
    return int(lines[0].split()[1]) if whole else None


if __name__ == "__main__":
    print(json.dumps(asdict(crowd(*json.load(sys.stdin)))))
