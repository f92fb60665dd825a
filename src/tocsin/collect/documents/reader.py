"""Documents from strangers, read in a process of its own that may be stopped, run out of memory or crash.

A parser written in C can hang or die on a poisoned file. Here it does so in a child: the child reads one
document after another (it takes a second to start, so it is kept), and is replaced when it had to be stopped.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO

import msgspec

from tocsin.collect.documents.document import Document
from tocsin.collect.documents.limits import Limits, UnreadableError, check_size

_START_SECONDS = 30.0


class Question(msgspec.Struct, frozen=True):
    """One document to read: what `document.read_document` takes."""

    data: bytes
    charset: str | None
    url: str | None
    limits: Limits


class Refusal(msgspec.Struct, frozen=True, tag="refused"):
    problem: str
    remedy: str = ""


class Answer(msgspec.Struct, frozen=True, tag="read"):
    document: Document


class DocumentReader:
    """`with DocumentReader(limits) as read: document = read(data, charset=…, url=…)`.

    Raises UnreadableError for a document that cannot be read, takes longer than `limits.max_seconds`, needs
    more than `limits.max_memory`, or kills its parser; the reader goes on with the next.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> DocumentReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def __call__(self, data: bytes, *, charset: str | None = None, url: str | None = None) -> Document:
        check_size(data, self._limits)
        child = self._running()
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            child.kill()

        deadline = threading.Timer(self._limits.max_seconds, stop)
        deadline.start()
        try:
            send(child.stdin, msgspec.msgpack.encode(Question(data, charset, url, self._limits)))
            reply = receive(child.stdout)
        except (OSError, EOFError):
            reply = None
        finally:
            deadline.cancel()
        if reply is None:
            self._stop()
            raise UnreadableError(
                f"Reading the document took longer than {self._limits.max_seconds:g} s and was stopped"
                if overdue.is_set()
                else "The document made its reader fail, and may be made to",
                remedy="Do not open it elsewhere; its bytes stay archived",
            )
        answer = msgspec.msgpack.decode(reply, type=Answer | Refusal)
        if isinstance(answer, Refusal):
            raise UnreadableError(answer.problem, remedy=answer.remedy)
        return answer.document

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = subprocess.Popen(  # noqa: S603 - our own module, with no argument from outside
                [sys.executable, "-I", "-m", "tocsin.collect.documents.child", str(self._limits.max_memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},  # passwords that stand in the desk's environment are none of a document's business
            )
            ready = threading.Timer(_START_SECONDS, self._child.kill)
            ready.start()
            try:
                # Its word that the parsers are loaded, so that starting takes no document's time.
                receive(self._child.stdout)
            except EOFError:
                self._stop()
                raise UnreadableError(
                    "The process that reads documents does not start",
                    remedy="Check that max_memory leaves room for Python itself (at least 500 MB)",
                ) from None
            finally:
                ready.cancel()
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def send(pipe: IO[bytes] | None, message: bytes) -> None:
    """Write one message, its length before it."""
    assert pipe is not None  # noqa: S101 - every pipe here was opened above
    pipe.write(len(message).to_bytes(8, "big") + message)
    pipe.flush()


def receive(pipe: IO[bytes] | None) -> bytes:
    """Read one message. Raises EOFError when the other side is gone."""
    assert pipe is not None  # noqa: S101 - every pipe here was opened above
    head = pipe.read(8)
    body = pipe.read(int.from_bytes(head, "big")) if len(head) == 8 else b""
    if len(head) < 8 or len(body) < int.from_bytes(head, "big"):
        raise EOFError
    return body
