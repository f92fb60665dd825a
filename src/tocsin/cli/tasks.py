"""`tocsin review give-task|finish-task|drop-task`: what people at the desk ask of one another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import (
    ByOption,
    ReasonOption,
    SituationOption,
    get_person,
    get_record_in,
    open_records,
    say_step,
    say_version,
)

TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")]


def give_task(
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask somebody at the desk to do something: a file with `id`, `text`, `given_to`, and perhaps `about` and `due`.

    Example: `tocsin review give-task t1.toml --situation armenia-azerbaijan --by rita`

    Exit codes: 0 recorded; 1 not allowed, or there is no such person.
    """
    open_records(desk)
    from tocsin.core.model.judgement import Task
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    task, where = read_struct(file, Task), get_situation(situation)
    say_version(actions.give_task(by=get_person(by), at=parse_at(at), situation=where, task=task), as_json)


def finish_task(
    task: TaskArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a task is done.

    Example: `tocsin review finish-task T1 --situation armenia-azerbaijan --by ani`

    Exit codes: 0 done; 1 not allowed, no such task, or it is over already.
    """
    _step("finish_task", task, by, situation, reason, desk, at, as_json)


def drop_task(
    task: TaskArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a task is no longer wanted, and why.

    Example: `tocsin review drop-task T1 -m "overtaken" --situation armenia-azerbaijan --by rita`

    Exit codes: 0 dropped; 1 not allowed, no reason, no such task, or it is over already.
    """
    _step("drop_task", task, by, situation, reason, desk, at, as_json)


def _step(
    action: str, task: str, by: str, situation: str, reason: str, desk: Path, at: str | None, as_json: bool
) -> None:
    open_records(desk)
    from tocsin.review import actions

    found = get_record_in(situation, "task", task)
    say_step(getattr(actions, action)(by=get_person(by), at=parse_at(at), task=found, reason=reason), as_json)


COMMANDS = (give_task, finish_task, drop_task)
