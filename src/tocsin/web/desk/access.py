"""What the person at the screen may see and do: their roles, read once for each request."""

from __future__ import annotations

from functools import cached_property
from typing import cast

from django.http import Http404, HttpRequest

from tocsin.core.model.judgement import SituationScope
from tocsin.core.rules.roles import Role
from tocsin.records.kept import with_last_acts
from tocsin.records.models import Person, Record, Version
from tocsin.records.people.queries import may, roles_by_situation
from tocsin.records.queries import find_record, versions_at
from tocsin.warn.queries import find_draft_of


class Access:
    """The roles of one person. What they have no role in does not exist for them: it is not found, not refused."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def roles(self) -> dict[int | None, frozenset[str]]:
        """Roles by situation; None stands for every situation."""
        return roles_by_situation(self.person)

    def can(self, needs: Role, situation: Record | int | None = None) -> bool:
        """Whether they may do what needs a role, in a situation (a record or its number) or in every one."""
        return may(self.person, needs, situation, self.roles)

    @cached_property
    def sees_all(self) -> bool:
        """Whether they may see every situation."""
        return self.can("observer")

    @cached_property
    def _scopes(self) -> list[Version]:
        found = Record.objects.filter(kind="situation")
        if not self.sees_all:
            found = found.filter(pk__in=[where for where in self.roles if where and self.sees(where)])
        return list(with_last_acts(versions_at(found), "record").order_by("record__key"))

    @cached_property
    def situations(self) -> dict[int, Record]:
        """The situations that they may see, by number."""
        return {version.record_id: version.record for version in self._scopes}

    @cached_property
    def titles(self) -> dict[str, str]:
        """What the situations are called that they may see, by key."""
        return {version.record.key: version.read(SituationScope).title for version in self._scopes}

    @cached_property
    def last_acts(self) -> dict[int, str]:
        """The last act in each situation that they may see, by number: what `Kept` goes by."""
        return {version.record_id: version.last_act for version in self._scopes}  # type: ignore[attr-defined]

    def last_acts_in(self, chosen: str) -> dict[int, str]:
        """The same of one situation, by its key, or of all for an empty one. Raises Http404."""
        acts = self.last_acts
        if not chosen:
            return acts
        number = self.get_situation(chosen).pk
        return {number: acts[number]}

    def sees(self, situation: int | None) -> bool:
        """Whether they may see a situation, by its number."""
        return self.can("observer", situation)

    def get_situation(self, key: str) -> Record:
        """A situation that they may see. Raises Http404."""
        if "situations" in self.__dict__:
            found = next((each for each in self.situations.values() if each.key == key), None)
        else:
            found = find_record("situation", key) if key and "/" not in key else None
        if found is None or not self.sees(found.pk):
            raise Http404
        return found

    def get(self, kind: str, key: str, situation: Record) -> Record:
        """A record of a situation that they may see. Raises Http404."""
        found = find_record(kind, key, situation=situation) if key and "/" not in key else None
        if found is None:
            raise Http404
        found.situation = situation
        return found

    def get_bulletin(self, warning: str) -> Record:
        """The thread of a warning in a situation that they may see. Raises Http404."""
        found = Record.objects.filter(kind="bulletin", key=warning).select_related("situation").first()
        if found is None or not self.sees(found.situation_id):
            raise Http404
        return found

    def find_draft(self, warning: str) -> tuple[Record, Record | None]:
        """The thread of a warning in a situation that they may see, and its open draft. Raises Http404."""
        draft = find_draft_of(warning)
        if draft is None or draft.parent is None:
            return self.get_bulletin(warning), None
        if not self.sees(draft.situation_id):
            raise Http404
        return draft.parent, draft


def access(request: HttpRequest) -> Access:
    """The access of whoever is signed in; the same one throughout a request."""
    found = getattr(request, "_access", None)
    if found is None:
        found = Access(cast(Person, request.user))
        request._access = found  # type: ignore[attr-defined]
    return found


def require(request: HttpRequest, needs: Role, situation: Record | None = None) -> None:
    """Raise Http404 unless they hold a role: a screen that one may not use is not there."""
    if not access(request).can(needs, situation):
        raise Http404
