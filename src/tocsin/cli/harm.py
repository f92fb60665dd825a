"""`tocsin warn`, protection of sources: the checklist of harm, and the update without what was withdrawn."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.drafting import WarningArgument
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ByOption, get_person, open_records
from tocsin.warn.edition_store import EditionStore


def harm_check(
    warning: WarningArgument, desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False
) -> None:
    """Show the checklist of harm for the open draft, with what the rules found beside each question.

    A machine finds some answers; whoever signs off gives all of them.

    Example: `tocsin warn harm-check GW-2023-10-ARM-AZE`

    Exit codes: 0 shown; 1 there is no open draft; 3 something must be mended before it is issued.
    """
    folder = open_records(desk)
    from tocsin.core.protection.checklist import look
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import queries
    from tocsin.warn.assembly import assemble

    draft = queries.get_open_draft(get_bulletin(warning))
    latest = queries.latest_edition(EditionStore(folder.editions), warning)
    previous = latest.content if latest else None
    found = queries.problems(assemble(draft), draft, on=parse_at(at).date(), previous=previous, desk=folder)
    looked = look(found)
    if as_json:
        say_json(msgspec.to_builtins(looked))
    else:
        for each in looked:
            out.print(each.item.question, style="bold", markup=False)
            out.print(f"  {each.item.why}", style="dim", markup=False)
            for problem in each.found:
                style = "red" if problem.severity == "error" else "yellow"
                out.print(f"  {problem.severity}: {problem.text}. {problem.remedy}", style=style, markup=False)
            if not each.found:
                out.print("  nothing found by rule; look yourself", markup=False)
    if any(problem.severity == "error" for each in looked for problem in each.found):
        raise typer.Exit(3)


def without_withdrawn(
    warning: WarningArgument, by: ByOption, desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False
) -> None:
    """Take every claim that was withdrawn out of the open draft, or open an Update without them.

    Findings, figures and recommendations no longer cite them; what then rests on nothing is named when you submit.

    Example: `tocsin warn without-withdrawn GW-2023-10-ARM-AZE --by ani`

    Exit codes: 0 done; 1 not allowed, or nothing that it carries was withdrawn.
    """
    folder = open_records(desk)
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions

    draft = actions.update_without_withdrawn(
        by=get_person(by), at=parse_at(at), desk=folder, bulletin=get_bulletin(warning)
    )
    if as_json:
        say_json({"path": draft.path, "version": draft.head, "state": draft.state})
    else:
        out.print(f"{draft.path} version {draft.head} carries them no longer", markup=False)


COMMANDS = (harm_check, without_withdrawn)
