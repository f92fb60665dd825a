"""Which collected documents a situation's inbox is shown, and which passage stands for each.

A document is shown when any watched word stands in its title or text and none of those to be left out does. The
passage is the paragraph with the most different watched words; of equals the first. Nothing is weighed or learnt: who
wonders why something is in the inbox, or is not, can read it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from tocsin.core.model.judgement import Watch

MAX_PASSAGE = 1_200
"""Characters of a passage; a longer paragraph is cut at a space, and the whole stands in the document."""

# Scripts that write no spaces between words: there a word may stand anywhere.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Match(msgspec.Struct, frozen=True):
    """What of a document a watch is about: the watched words in it, and the passage that stands for it."""

    words: tuple[str, ...]
    passage: str


def find_match(title: str, text: str, watch: Watch) -> Match | None:
    """Why a document belongs into the inbox of a watch, or None when it does not."""
    whole = f"{title}\n{text}"
    found = tuple(word for word in watch.words if stands_in(word, whole))
    if not found or any(stands_in(word, whole) for word in watch.without):
        return None
    best = max(paragraphs(text), key=lambda each: sum(stands_in(word, each) for word in found), default="")
    if not any(stands_in(word, best) for word in found):
        best = title
    return Match(words=found, passage=shortened(best))


def stands_in(word: str, text: str) -> bool:
    """Whether a watched word, or phrase, stands in a text, whatever its case; `Syuni*` stands for any ending."""
    return bool(_pattern(word).search(text))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, without empty ones."""
    return [each.strip() for each in text.splitlines() if each.strip()]


def shortened(passage: str) -> str:
    """A passage no longer than MAX_PASSAGE, cut at a space."""
    if len(passage) <= MAX_PASSAGE:
        return passage
    return passage[:MAX_PASSAGE].rsplit(" ", 1)[0] + " …"


def problems_of(watch: Watch) -> Iterable[str]:
    """What is wrong with a watch, each as a clause."""
    if not watch.words:
        yield "it watches for no word, so nothing would ever be shown"
    for word in (*watch.words, *watch.without):
        if len(word.strip().rstrip("*")) < 2:
            yield f"{word!r} is too short: it would be found everywhere"


@lru_cache(maxsize=1_024)
def _pattern(word: str) -> re.Pattern[str]:
    stem = word.strip().rstrip("*")
    sought = r"\s+".join(map(re.escape, stem.split()))
    if _UNSPACED.search(stem):
        return re.compile(sought, re.IGNORECASE)
    ending = "" if word.strip().endswith("*") else r"(?!\w)"
    return re.compile(rf"(?<!\w){sought}{ending}", re.IGNORECASE)
