"""Read who is at the desk and which roles they hold."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping

from tocsin.core.errors import TocsinError
from tocsin.core.rules import roles
from tocsin.core.rules.roles import Role
from tocsin.records.models import Person, PersonLink, Record, RoleGrant


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


def with_second_factor() -> frozenset[int]:
    """The numbers of those who have one; see `has_second_factor`."""
    enrolled = Person.objects.filter(authenticator__isnull=False).exclude(authenticator__type="recovery_codes")
    return frozenset(enrolled.values_list("pk", flat=True))


def roles_of(person: Person, situation: Record | None = None) -> frozenset[str]:
    """The roles that a person holds in a situation, those for every situation included. None: only the latter."""
    held = roles_by_situation(person)
    here = held.get(situation.pk, frozenset()) if situation else frozenset()
    return held.get(None, frozenset()) | here


def roles_anywhere(person: Person) -> frozenset[str]:
    """The roles that a person holds in some situation, or in every one."""
    return frozenset(role for held in roles_by_situation(person).values() for role in held)


def roles_by_situation(person: Person) -> dict[int | None, frozenset[str]]:
    """The roles that a person holds, by situation; None stands for every situation."""
    latest: dict[tuple[int | None, str], bool] = {}
    for where, role, given in (
        RoleGrant.objects.filter(person=person).order_by("pk").values_list("situation_id", "role", "given")
    ):
        latest[(where, role)] = given
    held: dict[int | None, set[str]] = {}
    for (where, role), given in latest.items():
        if given:
            held.setdefault(where, set()).add(role)
    return {where: frozenset(names) for where, names in held.items()}


def may(
    person: Person,
    needed: Role,
    situation: Record | int | None = None,
    held: Mapping[int | None, frozenset[str]] | None = None,
) -> bool:
    """Whether somebody may do what needs a role in a situation. The one answer: acts, pages and the API all ask here.

    situation: a record or its number; None means every situation
    held: their roles by situation, where these were read before
    """
    if not person.is_active or person.is_superuser:
        return person.is_active
    roles_held = roles_by_situation(person) if held is None else held
    where = situation.pk if isinstance(situation, Record) else situation
    here = roles_held.get(where, frozenset()) if where else frozenset()
    return roles.may(roles_held.get(None, frozenset()) | here, needed)


def situations_for(person: Person, needed: Role) -> list[Record]:
    """The situations in which somebody may do what needs a role, by key. Three queries, however many there are."""
    held = roles_by_situation(person)
    found = Record.objects.filter(kind="situation").order_by("key")
    return [situation for situation in found if may(person, needed, situation, held)]


def hash_of(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(token: str, at: datetime.datetime) -> PersonLink | None:
    """The link that a token opens; None when it is unknown, used, expired, or a newer one was made."""
    link = PersonLink.objects.select_related("person").filter(token_sha256=hash_of(token)).first()
    return link if link and is_open(link, at) else None


def is_open(link: PersonLink, at: datetime.datetime) -> bool:
    """Whether a link may still be used."""
    newest = PersonLink.objects.filter(person=link.person_id).order_by("-pk").values_list("pk", flat=True).first()
    return link.person.is_active and link.pk == newest and at < link.expires_at and not hasattr(link, "use")


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
