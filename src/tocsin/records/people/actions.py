"""Bring people to the desk, give them roles, take those away."""

from __future__ import annotations

import datetime
import secrets
from typing import Final, NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tocsin.core.errors import TocsinError
from tocsin.core.rules.roles import ROLES
from tocsin.records.acting import Act, acting
from tocsin.records.models import Person, PersonLink, PersonLinkUse, Record, RoleGrant
from tocsin.records.people import queries

INVITATION: Final = datetime.timedelta(days=7)
PASSWORD: Final = datetime.timedelta(hours=24)
"""For how long a link may be used."""


class PeopleError(TocsinError):
    """A person or a role that cannot be."""


class Invited(NamedTuple):
    """A link for somebody: `token` is told once, here, and is kept nowhere."""

    person: Person
    token: str
    expires_at: datetime.datetime


def add_person(
    *, by: Person | None, at: datetime.datetime, username: str, name: str, email: str = "", reason: str = ""
) -> Person:
    """Bring somebody to the desk, without any role yet.

    The first person is added by whoever holds the desk's folder (`by=None`), and administers it.
    """
    first = not Person.objects.exists()
    with acting(
        "people.add_person", by=by, at=at, needs=None if first else "administrator", about=f"person {username}",
        reason=reason,
    ) as act:  # fmt: skip
        person = _new_person(username, name, email)
        act.detail = {"name": name}
        if first:
            act.add(RoleGrant(person=person, role="administrator", given=True, reason="the first at the desk"))
    return person


def grant_role(
    *, by: Person, at: datetime.datetime, person: Person, role: str, situation: Record | None = None, reason: str = ""
) -> RoleGrant:
    """Give somebody a role in a situation, or in every one."""
    return _change_role("people.grant_role", by, at, person, role, situation, reason, given=True)


def revoke_role(
    *, by: Person, at: datetime.datetime, person: Person, role: str, situation: Record | None = None, reason: str = ""
) -> RoleGrant:
    """Take a role away."""
    return _change_role("people.revoke_role", by, at, person, role, situation, reason, given=False)


def invite(
    *,
    by: Person,
    at: datetime.datetime,
    username: str,
    name: str,
    email: str = "",
    role: str | None = None,
    situation: Record | None = None,
    reason: str = "",
) -> Invited:
    """Bring somebody to the desk with a role, and make the link by which they set their password.

    The link is handed to them by whoever invites; the records keep only its hash.
    """
    if role is not None and role not in ROLES:
        raise PeopleError(f"there is no role {role!r}", remedy=f"Roles are {', '.join(ROLES)}")
    with acting("people.invite", by=by, at=at, needs="administrator", about=f"person {username}", reason=reason) as act:
        person = _new_person(username, name, email)
        act.detail = {"name": name, "role": role or "", "situation": situation.key if situation else ""}
        if role is not None:
            act.add(RoleGrant(person=person, situation=situation, role=role, given=True, reason=reason))
        return _add_link(act, person, "invitation", INVITATION)


def make_password_link(*, by: Person, at: datetime.datetime, person: Person, reason: str = "") -> Invited:
    """Make a link by which somebody sets a new password. It voids the one before; their second factor stays."""
    with acting(
        "people.make_password_link", by=by, at=at, needs="administrator", about=f"person {person.username}",
        reason=reason,
    ) as act:  # fmt: skip
        if not person.is_active:
            raise PeopleError(f"{person.username} is no longer at the desk", remedy="Bring them back first")
        return _add_link(act, person, "password", PASSWORD)


def use_link(*, by: Person, at: datetime.datetime, token: str, password: str) -> Person:
    """Set the password that a link allows, once. `by` is whom the link was made for.

    Raises PeopleError when the link is used, expired, replaced or somebody else's, or the password is too weak.
    """
    with acting("people.use_link", by=by, at=at, about=f"person {by.username}") as act:
        link = queries.find_link(token, at)
        if link is None or link.person_id != by.pk:
            raise PeopleError(
                "this link was used, is too old, or a newer one was made", remedy="Ask an administrator for a new one"
            )
        try:
            validate_password(password, by)
        except ValidationError as error:
            raise PeopleError(" ".join(error.messages), remedy="Choose another password") from error
        by.set_password(password)
        by.save(update_fields=["password"])
        act.detail = {"purpose": link.purpose}
        act.add(PersonLinkUse(link=link))
    return by


def remove_factors(*, by: Person, at: datetime.datetime, person: Person, reason: str) -> Person:
    """Remove all second factors of somebody who lost theirs; they sign off nothing until they set one up anew."""
    with acting(
        "people.remove_factors", by=by, at=at, needs="administrator", about=f"person {person.username}", reason=reason
    ) as act:
        if by.pk == person.pk:
            raise PeopleError("nobody removes their own second factor so", remedy="Ask another administrator")
        if not reason.strip():
            raise PeopleError("removing a second factor needs a reason", remedy="Say how you know that it is they")
        kinds = sorted(person.authenticator_set.values_list("type", flat=True))
        if not kinds:
            raise PeopleError(f"{person.username} has no second factor")
        act.detail = {"removed": kinds}
        person.authenticator_set.all().delete()
    return person


def note_factor(*, by: Person, at: datetime.datetime, change: str) -> None:
    """Put on record that somebody set up, or removed, a second factor of their own."""
    with acting("people.note_factor", by=by, at=at, about=f"person {by.username}") as act:
        act.detail = {"change": change}


def deactivate_person(*, by: Person, at: datetime.datetime, person: Person, reason: str) -> Person:
    """End somebody's access. What they decided stays theirs."""
    with acting(
        "people.deactivate_person", by=by, at=at, needs="administrator", about=f"person {person.username}",
        reason=reason,
    ):  # fmt: skip
        Person.objects.filter(pk=person.pk).update(is_active=False)
        person.is_active = False
    return person


def reactivate_person(*, by: Person, at: datetime.datetime, person: Person, reason: str) -> Person:
    """Give somebody back the access that was ended, with the roles that they had."""
    with acting(
        "people.reactivate_person", by=by, at=at, needs="administrator", about=f"person {person.username}",
        reason=reason,
    ):  # fmt: skip
        Person.objects.filter(pk=person.pk).update(is_active=True)
        person.is_active = True
    return person


def _new_person(username: str, name: str, email: str) -> Person:
    if Person.objects.filter(username__iexact=username).exists():
        raise PeopleError(f"somebody called {username!r} is at the desk already", remedy="Choose another name")
    person = Person(username=username, name=name, email=email)
    person.set_unusable_password()
    try:
        person.full_clean(exclude=("password",))
    except ValidationError as error:
        said = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise PeopleError(f"this cannot be a person at the desk ({said})") from error
    person.save(force_insert=True)
    return person


def _add_link(act: Act, person: Person, purpose: str, lasts: datetime.timedelta) -> Invited:
    token = secrets.token_urlsafe(32)
    expires_at = act.at + lasts
    act.add(PersonLink(person=person, purpose=purpose, token_sha256=queries.hash_of(token), expires_at=expires_at))
    return Invited(person, token, expires_at)


def _change_role(
    name: str,
    by: Person,
    at: datetime.datetime,
    person: Person,
    role: str,
    situation: Record | None,
    reason: str,
    *,
    given: bool,
) -> RoleGrant:
    if role not in ROLES:
        raise PeopleError(f"there is no role {role!r}", remedy=f"Roles are {', '.join(ROLES)}")
    with acting(
        name, by=by, at=at, needs="administrator", situation=situation, about=f"person {person.username}",
        reason=reason,
    ) as act:  # fmt: skip
        act.detail = {"role": role}
        return act.add(RoleGrant(person=person, situation=situation, role=role, given=given, reason=reason))
