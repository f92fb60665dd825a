"""The code that a person types to prove that it is they who sign off or issue."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:
    from tocsin.core.rules.second_factor import NotAsked, Proof
    from tocsin.records.models import Person

CodeOption = Annotated[
    str | None,
    typer.Option("--code", help="What your authenticator app shows now, or a recovery code.", show_default="not shown"),
]


def show_code(desk: DeskFolder, person: Person, code: str | None, act: str, at: datetime.datetime) -> Proof | NotAsked:
    """The proof that a code gives; NOT_ASKED when none was typed and none is needed here. Raises SecondFactorError."""
    from tocsin.core.rules.second_factor import NOT_ASKED, check_proof

    if code is not None:
        from tocsin.web.sign_in.proof import prove_by_code

        return prove_by_code(person, code, at)
    if desk.settings.status == "Actual":
        check_proof(None, person=person.username, act=act, at=at)
    return NOT_ASKED
