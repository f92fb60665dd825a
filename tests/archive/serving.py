"""A loopback server that answers byte for byte what a test tells it, well-behaved or not."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = bytes | list[bytes | float]  # a number is a pause in seconds


def reply(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """An answer with a right Content-Length unless another is given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"Content-Length": str(len(body))} | named
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value != "")
    return f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode() + body


@dataclass
class Server:
    """Listens on 127.0.0.1; `answer` is called with each request and gives what to send."""

    answer: Callable[[Asked], Answer]
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = int(self._socket.getsockname()[1])
        self._is_stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' if self.tls else ''}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def stop(self) -> None:
        self._is_stopping.set()
        self._listener.join()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._is_stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _secured(self, connection: socket.socket) -> socket.socket:
        connection.settimeout(5)
        try:
            return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
        except OSError:
            connection.close()
            raise

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._secured(connection) as connection:
            data = b""
            while b"\r\n\r\n" not in data:
                more = connection.recv(65536)
                if not more:
                    return
                data += more
            head, _, body = data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            while len(body) < int(headers.get("content-length", 0)):
                body += connection.recv(65536)
            method, path, _ = first.split(" ")
            asked = Asked(method, path, headers, body)
            self.asked.append(asked)
            answer = self.answer(asked)
            for piece in [answer] if isinstance(answer, bytes) else answer:
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                elif self._is_stopping.wait(piece):
                    return


@contextlib.contextmanager
def serving(answer: Callable[[Asked], Answer] | Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the length of a test; a fixed answer may be given in place of a function."""
    server = Server(answer if callable(answer) else lambda asked: answer, tls)
    try:
        yield server
    finally:
        server.stop()


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """Give the answers one after the other, the last one for ever."""
    waiting = list(answers)
    return lambda asked: waiting.pop(0) if len(waiting) > 1 else waiting[0]
