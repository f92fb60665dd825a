"""The other side of `reader`: reads documents handed over on standard input until it closes. Not for people
to run.
"""

from __future__ import annotations

import os
import resource
import sys

import msgspec

from tocsin.collect.documents.document import read_document
from tocsin.collect.documents.language import identify_language
from tocsin.collect.documents.limits import UnreadableError
from tocsin.collect.documents.reader import Answer, Question, Refusal, receive, send


def main() -> None:
    """Answer every question with the document, or with why it is refused."""
    answers, questions = os.fdopen(os.dup(1), "wb"), sys.stdin.buffer
    os.dup2(2, 1)  # a library that prints must not write into the answers
    max_memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    identify_language("Loaded before the first document's time begins to run.")
    send(answers, b"ready")
    while True:
        try:
            question = msgspec.msgpack.decode(receive(questions), type=Question)
        except EOFError:
            return
        send(answers, msgspec.msgpack.encode(_answer(question)))


def _answer(question: Question) -> Answer | Refusal:
    try:
        return Answer(read_document(question.data, charset=question.charset, url=question.url, limits=question.limits))
    except UnreadableError as refused:
        return Refusal(refused.problem, refused.remedy)
    except MemoryError:
        return Refusal("Reading the document takes more memory than its limit")
    except Exception as error:
        return Refusal(f"The document cannot be read: {type(error).__name__}")


if __name__ == "__main__":
    main()
