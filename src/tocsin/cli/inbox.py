"""`tocsin review watch` and `intake`: what a situation's inbox is shown of what sources collected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, progress, say_json, say_rows
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import (
    ByOption,
    ReasonOption,
    SeenOption,
    SituationOption,
    get_person,
    open_records,
    say_version,
)
from tocsin.core.model.judgement import Watch


def watch(
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say which collected documents a situation's inbox is shown: `words`, `without`, `sources`, each a list.

    Example: `tocsin review watch watch.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or no word to watch for.
    """
    open_records(desk)
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    version = actions.set_watch(
        by=get_person(by), at=parse_at(at), situation=get_situation(situation), watch=read_struct(file, Watch),
        seen=seen, reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


def intake(
    by: Annotated[
        str | None, typer.Option("--by", envvar="TOCSIN_BY", help="Who acts.", show_default="the desk itself")
    ] = None,
    situation: Annotated[
        str | None, typer.Option("--situation", "-s", help="Only this situation.", show_default="all that watch")
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Take what sources collected into the inboxes of the situations that watch for it, folded by origin.

    Running it again adds only what is new. Set it to run after each collection.

    Example: `tocsin collect run feeds && tocsin review intake`

    Exit codes: 0 taken in, also when nothing is new; 1 not allowed, or no such situation.
    """
    folder = open_records(desk)
    from tocsin.records.queries import get_situation
    from tocsin.review import actions, intake, queries

    found = queries.watches(get_situation(situation) if situation else None)
    person, when = get_person(by) if by else None, parse_at(at)
    raw = folder.folder / "tables" / "raw"
    came = {}
    with progress("situations", len(found)) as advance:
        for record, wanted in found:
            names = wanted.sources or tuple(sorted(path.name for path in raw.glob("*") if path.is_dir()))
            shown = intake.shown_to(wanted, intake.collected(raw, names))
            if shown:
                came[record.key] = actions.take_in(by=person, at=when, situation=record, shown=shown)
            advance()
    if as_json:
        say_json({key: {"new": taken.n_new, "grown": taken.n_grown} for key, taken in came.items()})
        return
    for key, taken in came.items():
        out.print(f"{key}: {taken.n_new} new, {taken.n_grown} printed again", markup=False)
    if not came:
        out.print("nothing that a situation watches for" if found else "no situation watches: tocsin review watch")


def reopen_candidate(
    candidates: Annotated[list[str], typer.Argument(metavar="CANDIDATE...", help="Which candidates, by id.")],
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Put dismissed candidates back into the inbox.

    Example: `tocsin review reopen-candidate K7 K9 --situation armenia-azerbaijan --by ani`

    Exit codes: 0 back, all of them; 1 not allowed, or one was not dismissed: then none is put back.
    """
    open_records(desk)
    from tocsin.records.queries import get_record, get_situation
    from tocsin.review import actions

    where = get_situation(situation)
    found = [get_record("candidate", each, situation=where) for each in candidates]
    steps = actions.reopen_candidates(
        by=get_person(by), at=parse_at(at), situation=where, candidates=found, reason=reason
    )
    say_rows([{"candidate": step.record.key, "state": step.after} for step in steps], as_json)


COMMANDS = (watch, intake, reopen_candidate)
