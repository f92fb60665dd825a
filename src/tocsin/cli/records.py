"""Open a desk's records for a command. Django is imported here and nowhere earlier: the data half starts without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.desk import find_desk
from tocsin.cli.output import out, say_json
from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:
    from tocsin.records.models import Person, Record, Step, Version

ByOption = Annotated[str, typer.Option("--by", help="Who acts: their name at the desk.", envvar="TOCSIN_BY")]
ReasonOption = Annotated[str, typer.Option("--reason", "-m", help="Why; kept with what is recorded.")]
SituationOption = Annotated[str, typer.Option("--situation", "-s", help="The situation's key.")]
SeenOption = Annotated[
    int | None,
    typer.Option(help="The version that you read before you changed it.", show_default="none: it is new", min=1),
]


def open_records(folder: Path) -> DeskFolder:
    """A desk with its records, made at their first use. Raises DeskError, or DatabaseError when they cannot be used."""
    desk = find_desk(folder)
    from tocsin.web import setup
    from tocsin.web.database import check_prepared

    setup(desk.folder)
    check_prepared(desk)
    return desk


def has_records(desk: DeskFolder) -> bool:
    """Whether a desk keeps records at all; one that only issues cases from files does not."""
    from tocsin.web.database import FILE

    return bool(desk.settings.database) or (desk.folder / FILE).exists()


def get_person(username: str) -> Person:
    """Who acts. Raises UnknownPersonError."""
    from tocsin.records.people import queries

    return queries.get_person(username)


def get_record_in(situation: str, kind: str, key: str) -> Record:
    """A record of a situation, by its kind and key. Raises UnknownRecordError."""
    from tocsin.records.queries import get_record, get_situation

    return get_record(kind, key, situation=get_situation(situation))


def say_version(version: Version, as_json: bool) -> None:
    """Say which version was recorded."""
    record = version.record
    if as_json:
        say_json({"path": record.path, "version": version.number, "state": record.state, "sha256": version.sha256})
    else:
        out.print(f"{record.path} version {version.number}{f', {record.state}' if record.state else ''}", markup=False)


def say_step(step: Step, as_json: bool) -> None:
    """Say which step was taken."""
    if as_json:
        say_json({"path": step.record.path, "verb": step.verb, "before": step.before, "state": step.after})
    else:
        out.print(f"{step.record.path} is {step.after}", markup=False)
