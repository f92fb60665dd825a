"""Make and end tokens of the API."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection
from typing import Final

from tocsin.core.rules.token_scopes import check_scopes
from tocsin.records.acting import acting
from tocsin.records.models import ApiToken, ApiTokenRevocation, ApiTokenUse, Person
from tocsin.records.people.actions import PeopleError
from tocsin.records.people.queries import roles_anywhere
from tocsin.records.people.tokens.queries import sha256_of

MAX_DAYS: Final = 366
"""How long a token of the API may be good."""


def add_token(
    *,
    by: Person,
    at: datetime.datetime,
    name: str,
    scopes: Collection[str],
    days: int = 90,
    reason: str = "",
) -> tuple[ApiToken, str]:
    """Make a token of the API for oneself; give it with its text, which is shown this once and kept nowhere.

    Nobody makes one for somebody else: whoever has it acts as them, and two people would be one.
    """
    reach = check_scopes(by.username, scopes, roles_anywhere(by))
    if not 1 <= days <= MAX_DAYS:
        raise PeopleError(f"a token is good for 1 to {MAX_DAYS} days, not {days}", remedy="Make a new one in time")
    if not name.strip() or len(name) > 100:
        raise PeopleError("a token is named after what it is for, in at most 100 characters")
    handle = secrets.token_hex(8)
    text = f"tocsin_{handle}_{secrets.token_urlsafe(32)}"
    with acting("people.add_token", by=by, at=at, about=f"token {handle}", reason=reason) as act:
        act.detail = {"name": name, "scopes": list(reach), "days": days}
        token = act.add(
            ApiToken(
                person=by, name=name, handle=handle, secret_sha256=sha256_of(text), scopes=" ".join(reach),
                expires_at=at + datetime.timedelta(days=days),
            )
        )  # fmt: skip
    return token, text


def revoke_token(*, by: Person, at: datetime.datetime, token: ApiToken, reason: str) -> ApiTokenRevocation:
    """End a token at once: one's own, or as an administrator anybody's."""
    if not reason.strip():
        raise PeopleError("this needs a reason", remedy="Say why")
    own = token.person_id == by.pk
    with acting(
        "people.revoke_token", by=by, at=at, needs=None if own else "administrator", about=f"token {token.handle}",
        reason=reason,
    ) as act:  # fmt: skip
        if ApiTokenRevocation.objects.filter(token=token).exists():
            raise PeopleError(f"the token {token.handle} is revoked already")
        return act.add(ApiTokenRevocation(token=token, reason=reason))


def note_token_use(*, token: ApiToken, at: datetime.datetime) -> None:
    """Note when a token was last used, to the minute; not an act, since nobody decides anything by it."""
    minute = at.replace(second=0, microsecond=0)
    known = ApiTokenUse.objects.filter(token=token)
    if known.filter(last_used_at__gte=minute).exists():
        return
    if not known.update(last_used_at=minute):
        ApiTokenUse.objects.bulk_create([ApiTokenUse(token=token, last_used_at=minute)], ignore_conflicts=True)
