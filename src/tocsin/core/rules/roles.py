"""Roles: what a person may do in a situation. A higher role may do all that a lower one may, people excepted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, get_args

from tocsin.core.errors import TocsinError

Role = Literal["observer", "analyst", "reviewer", "publisher", "administrator"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

MEANING: Final[dict[Role, str]] = {
    "observer": "reads what the desk holds, confidential fields excepted",
    "analyst": "enters claims, sources and responses, assesses, drafts",
    "reviewer": "accepts claims, confirms what others settled, signs off what others drafted",
    "publisher": "issues what is signed off, and delivers it",
    "administrator": "invites people and gives roles; decides nothing about a warning by it",
}

JUDGEMENT: Final[tuple[Role, ...]] = ("observer", "analyst", "reviewer", "publisher")
"""From least to most. The administrator stands apart: whoever gives roles needs no say in what is published."""


class NotAllowedError(TocsinError):
    """A person without the role that an act needs."""


def may(held: Collection[str], needed: Role) -> bool:
    """Whether somebody who holds these roles may do what needs one."""
    if needed == "administrator":
        return needed in held
    return any(role in held for role in JUDGEMENT[JUDGEMENT.index(needed) :])


def check_role(person: str, held: Collection[str], needed: Role, act: str, situation: str = "") -> None:
    """Raise NotAllowedError unless the roles held are enough."""
    if may(held, needed):
        return
    where = f" in {situation}" if situation else ""
    has = f"is {' and '.join(sorted(held))}" if held else "has no role"
    raise NotAllowedError(
        f"{person} {has}{where}, and {act} needs the role {needed}", remedy="Ask an administrator: tocsin people add"
    )
