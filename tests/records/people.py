"""People for tests, and a situation with a claim."""

from __future__ import annotations

import datetime

from tests.cases import AT
from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.judgement import SituationScope
from tocsin.core.model.sources import Citation


def at(minutes: int) -> datetime.datetime:
    """An instant some minutes after noon."""
    return AT + datetime.timedelta(minutes=minutes)


def people(*names_and_roles: tuple[str, str]) -> tuple:
    """Persons with one role each; the first person of the desk, `admin`, gives them."""
    from tocsin.records.models import Person
    from tocsin.records.people import actions

    admin = Person.objects.filter(username="admin").first() or actions.add_person(
        by=None, at=at(0), username="admin", name="An Administrator"
    )
    made = []
    for name, role in names_and_roles:
        person = actions.add_person(by=admin, at=at(0), username=name, name=name.title())
        actions.grant_role(by=admin, at=at(0), person=person, role=role)
        made.append(person)
    return tuple(made)


def a_claim(key: str = "C01", text: str = "Something was said.") -> Claim:
    """A claim as it may be entered."""
    return Claim(
        id=key, text=text, kind="fact", asserted_by="Somebody", sources=(Citation(source="S01"),),
        grade=Grade(source="F", information="6"),
    )  # fmt: skip


A_SITUATION = SituationScope(title="A situation", countries=("ARM",))
