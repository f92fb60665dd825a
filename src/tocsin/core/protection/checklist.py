"""What a second person asks before signing, with what the rules found beside each question.

The questions follow the do-no-harm principle of the Berkeley Protocol and of the ICRC's professional standards for
protection work. A machine finds some answers; a person gives all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tocsin.core.rules.rule import Problem


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One question, why it is asked, and the rules whose findings bear on it."""

    id: str
    question: str
    why: str
    rules: tuple[str, ...]


CHECKLIST: Final = (
    Item(
        id="names", question="Could anybody be recognised who told us something, or to whom something was done?",
        why="A name is only one way: a role, a family, a date and a village together are another.",
        rules=("protected-name", "names-not-compared", "personal-contact"),
    ),
    Item(
        id="places", question="Does any text, map or date show where people at risk are, or will be?",
        why="Those who mean harm read warnings too.",
        rules=("exact-place", "place-coarsened", "personal-contact"),
    ),
    Item(
        id="consent", question="Has everybody on whose words a claim rests agreed that it is published, at their risk?",
        why="To be heard is not to agree to be quoted; who agreed may change their mind.",
        rules=("consent-not-given",),
    ),
    Item(
        id="embargo", question="Was it promised to anybody that something is not said yet?",
        why="People may first have to leave, or partners to be told.",
        rules=("under-embargo",),
    ),
)  # fmt: skip


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A question with what was found."""

    item: Item
    found: tuple[Problem, ...]


def look(problems: Sequence[Problem]) -> list[Looked]:
    """The checklist with the findings that bear on each question. None found does not mean that none is there."""
    return [
        Looked(item=item, found=tuple(problem for problem in problems if problem.rule in item.rules))
        for item in CHECKLIST
    ]
