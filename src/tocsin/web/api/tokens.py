"""Who asks: a token by `Authorization: Bearer`, never in the address, which ends up in logs."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from tocsin.core.rules.roles import NotAllowedError
from tocsin.core.rules.token_scopes import Scope
from tocsin.records.models import Person
from tocsin.records.people.tokens import actions, queries

__all__ = ["Scope", "Token", "at_of", "person_of"]


class Token(HttpBearer):
    """Let in whoever has a token that reaches a scope. What its person may do is for the action to say."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token, for `person_of`; None where it is none, was revoked, has expired, or its person left."""
        found = queries.find_token(token, at=at_of(request))
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise NotAllowedError(
                f"this token does not reach `{self.scope}`",
                remedy=f"It reaches {', '.join(found.scopes)}: make another",
            )
        actions.note_token_use(token=found.token, at=at_of(request))
        return found


def person_of(request: HttpRequest) -> Person:
    """Whose token it is."""
    found: Person = request.auth.person  # type: ignore[attr-defined]  # `Token` put it there
    return found


def at_of(request: HttpRequest) -> datetime.datetime:
    """The instant of a request, to the second: one for all that it does."""
    at: datetime.datetime | None = getattr(request, "tocsin_at", None)
    if at is None:
        at = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        request.tocsin_at = at  # type: ignore[attr-defined]
    return at
