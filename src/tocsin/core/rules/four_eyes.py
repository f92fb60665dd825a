"""Four eyes: nobody signs off what they drafted, or changed since the last sign-off. No role is exempt.

The same rule stands three times: here, in the action that signs, and as a trigger in the database. A test holds the
three to the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record


class FourEyesError(TocsinError):
    """Somebody would sign off, settle or confirm their own work."""


class Contribution(Record, frozen=True, kw_only=True):
    """One version that somebody made of something which is to be signed off."""

    person: str
    about: Annotated[str, Meta(description="What they made: `claim C01`, `draft 2`")]
    drafted: Annotated[bool, Meta(description="It is a version of the draft itself")] = False
    act: Annotated[int, Meta(description="Place of the act in the audit chain")]


def objections(person: str, contributions: Iterable[Contribution], *, last_sign_off: int = 0) -> list[Contribution]:
    """The contributions that bar a person from signing off; none: they may.

    last_sign_off: place in the audit chain of the last sign-off of this warning; 0 when there was none
    """
    return [own for own in contributions if own.person == person and (own.drafted or own.act > last_sign_off)]


def check_second_person(person: str, contributions: Iterable[Contribution], *, last_sign_off: int = 0) -> None:
    """Raise FourEyesError when a person would sign off their own work."""
    if own := objections(person, contributions, last_sign_off=last_sign_off):
        made = list(dict.fromkeys(each.about for each in own))
        shown = ", ".join(made[:3]) + (f" and {len(made) - 3} more" if len(made) > 3 else "")
        raise FourEyesError(
            f"{person} drafted or changed what is to be signed off: {shown}",
            remedy="Ask somebody who had no hand in it since the last sign-off",
        )


def check_other_person(person: str, earlier: str, what: str) -> None:
    """Raise FourEyesError when somebody would confirm what they did themselves."""
    if person == earlier:
        raise FourEyesError(f"{person} {what}, and somebody else must confirm it", remedy="Ask a second person")
