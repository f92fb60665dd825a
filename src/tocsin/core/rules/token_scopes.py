"""Scopes: how far a token of the API reaches. A scope never gives what its person's roles do not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, get_args

from tocsin.core.errors import TocsinError
from tocsin.core.rules.roles import Role, may

Scope = Literal["read", "review", "assess", "warn", "follow", "sign_off", "issue"]

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

MEANING: Final[dict[Scope, str]] = {
    "read": "read what the desk holds, in the situations where its person has a role",
    "review": "enter evidence, grade it, record the other side, accept and reject",
    "assess": "record findings and assessments",
    "warn": "open, change and submit drafts, update, cancel",
    "follow": "record recommendations, responses, expectations and how they came out",
    "sign_off": "sign off or send back a draft, with a one-time code",
    "issue": "issue what is signed off, with a one-time code",
}

LEAST: Final[dict[Scope, Role]] = {
    "read": "observer",
    "review": "analyst",
    "assess": "analyst",
    "warn": "analyst",
    "follow": "analyst",
    "sign_off": "reviewer",
    "issue": "publisher",
}
"""The least role for which a scope is of any use; what an act needs, the action asks again each time."""


class ScopeError(TocsinError):
    """A scope that does not exist, or that its person could not use."""


def check_scopes(person: str, scopes: Collection[str], held: Collection[str]) -> tuple[Scope, ...]:
    """The scopes in their order. Raises ScopeError for an unknown one, and for one beyond the roles held."""
    if not scopes:
        raise ScopeError("a token without a scope reaches nothing", remedy=f"Scopes are {', '.join(SCOPES)}")
    for scope in scopes:
        if scope not in SCOPES:
            raise ScopeError(f"there is no scope {scope!r}", remedy=f"Scopes are {', '.join(SCOPES)}")
        if not may(held, LEAST[scope]):
            raise ScopeError(f"{person} is no {LEAST[scope]}, and the scope {scope} is of no use without that role")
    return tuple(scope for scope in SCOPES if scope in scopes)
