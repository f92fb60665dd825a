"""What rules are told of protected people and places. It stays at the desk: no rule repeats a name or a position."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

import msgspec

from tocsin.core.model.base import LonLat
from tocsin.core.model.protected import Scope
from tocsin.core.protection.coarsening import Coarsened


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """How consent stands for the claims that rest on one witness."""

    witness: str
    claims: tuple[str, ...]
    scope: tuple[Scope, ...]
    informed: bool
    withdrawn: bool = False


class Embargo(msgspec.Struct, frozen=True, kw_only=True):
    """A record that is not to be issued before a day, YYYY-MM-DD."""

    about: str
    until: str
    reason: str = ""


class ExactPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A position that must not be published any finer than a grid of some kilometres."""

    at: LonLat
    km: float


class Known(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All of it, for one situation. The empty one is that of a case in plain files, which knows of nobody."""

    names: tuple[str, ...] = ()
    points: tuple[ExactPoint, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    coarsened: tuple[Coarsened, ...] = ()
    unread: str = ""
    """Why sealed values could not be compared; empty when they were."""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds a protected name in folded text, whichever way round it is written; None where there is none."""
        forms = set()
        for name in self.names:
            words = folded(name).split()
            forms |= {" ".join(words[start:] + words[:start]) for start in range(len(words))}
        forms = {form for form in forms if len(form) > 2}
        if not forms:
            return None
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(forms, key=len, reverse=True))) + r")(?!\w)")

    def names_somebody(self, text: str) -> bool:
        """Whether a text holds a protected name."""
        return self.pattern is not None and self.pattern.search(folded(text)) is not None


def folded(text: str) -> str:
    """A text as names are compared: without case, accents, marks between words, or double spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())
