"""Read who is at the desk and which roles they hold."""

from __future__ import annotations

from tocsin.core.errors import TocsinError
from tocsin.records.models import Person, Record, RoleGrant


class UnknownPersonError(TocsinError):
    """Nobody of that name is at the desk."""


def get_person(username: str) -> Person:
    """A person by their name at the desk. Raises UnknownPersonError."""
    try:
        return Person.objects.get(username=username)
    except Person.DoesNotExist as error:
        said = f"nobody called {username!r} is at the desk"
        raise UnknownPersonError(said, remedy="See: tocsin people list") from error


def is_empty() -> bool:
    """Whether nobody is at the desk yet."""
    return not Person.objects.exists()


def has_second_factor(person: Person) -> bool:
    """Whether somebody has an authenticator app, a passkey or a security key. Recovery codes alone are none."""
    return bool(person.authenticator_set.exclude(type="recovery_codes").exists())


def roles_of(person: Person, situation: Record | None = None) -> frozenset[str]:
    """The roles that a person holds in a situation, those for every situation included. None: only the latter."""
    latest: dict[tuple[int | None, str], bool] = {}
    for grant in RoleGrant.objects.filter(person=person).order_by("pk"):
        latest[(grant.situation_id, grant.role)] = grant.given
    here = situation.pk if situation else None
    return frozenset(role for (where, role), given in latest.items() if given and where in (None, here))


def everybody() -> list[tuple[Person, dict[str, frozenset[str]]]]:
    """Each person with their roles by situation key; the empty key means every situation."""
    found = []
    for person in Person.objects.order_by("username"):
        latest: dict[tuple[str, str], bool] = {}
        for grant in person.grants.select_related("situation").order_by("pk"):
            latest[(grant.situation.key if grant.situation else "", grant.role)] = grant.given
        held: dict[str, set[str]] = {}
        for (where, role), given in latest.items():
            if given:
                held.setdefault(where, set()).add(role)
        found.append((person, {where: frozenset(roles) for where, roles in held.items()}))
    return found
