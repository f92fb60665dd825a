"""Bring people to the desk, give them roles, take those away."""

from __future__ import annotations

import datetime

from tocsin.core.errors import TocsinError
from tocsin.core.rules.roles import ROLES
from tocsin.records.acting import acting
from tocsin.records.models import Person, Record, RoleGrant


class PeopleError(TocsinError):
    """A person or a role that cannot be."""


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
        if Person.objects.filter(username=username).exists():
            raise PeopleError(f"somebody called {username!r} is at the desk already", remedy="Choose another name")
        person = Person(username=username, name=name, email=email)
        person.set_unusable_password()
        person.full_clean(exclude=("password",))
        person.save(force_insert=True)
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


def deactivate_person(*, by: Person, at: datetime.datetime, person: Person, reason: str) -> Person:
    """End somebody's access. What they decided stays theirs."""
    with acting(
        "people.deactivate_person", by=by, at=at, needs="administrator", about=f"person {person.username}",
        reason=reason,
    ):  # fmt: skip
        Person.objects.filter(pk=person.pk).update(is_active=False)
        person.is_active = False
    return person


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
