"""Those who receive, on this machine: a mail server and a web server that answer as a test tells them to."""

from __future__ import annotations

import email
import email.policy
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """Keeps what it takes. `on_rcpt` and `on_data` give an answer other than OK, or "drop" to hang up without one."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.to: list[str] = []
        self.on_rcpt: Callable[[str], str] = lambda address: ""
        self.on_data: Callable[[str], str] = lambda address: ""
        self.keeps_before_dropping = True

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.on_rcpt(address)
        if answer == "drop":
            server.transport.abort()
            return "421 never heard"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = self.on_data(envelope.rcpt_tos[0])
        if not answer or (answer == "drop" and self.keeps_before_dropping):
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.to += envelope.rcpt_tos
        if answer == "drop":
            server.transport.abort()
            return "421 never heard"
        return answer or "250 2.0.0 taken as 4711"


@contextmanager
def mail_server(**more: Any) -> Iterator[tuple[MailServer, int]]:
    """A mail server and its port; `more` is for aiosmtpd, as a certificate and a check of passwords."""
    made = MailServer()
    controller = Controller(made, hostname="127.0.0.1", port=0, **more)
    # aiosmtpd looks itself up by the port that it was given: so it gets one that is free.
    controller.port = _free_port()
    controller.start()
    try:
        yield made, controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Request:
    """What came by POST."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path, self.headers, self.body = path, headers, body


class WebServer:
    """Keeps each POST. `answer` gives the status for a path, "drop" to hang up without one, or (status, headers)."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[str], Any] = lambda path: 200

    def at(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


@contextmanager
def web_server() -> Iterator[tuple[WebServer, str]]:
    """A web server and its address."""
    made = WebServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            made.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = made.answer(self.path)
            if answer == "drop":
                self.close_connection = True
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
