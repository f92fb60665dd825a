"""`tocsin warn`, between files and records: load a case, export a warning, list where each stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.drafting import WarningArgument, say_draft
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import ByOption, ReasonOption, SituationOption, get_person, open_records


def load(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case's folder, as cases/armenia-2023.")],
    edition: Annotated[int, typer.Option("--edition", "-e", min=1, help="Which version of the case to load.")],
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Load one version of a case into the desk's records, with a draft of its edition.

    Example: `tocsin warn load cases/armenia-2023 --edition 1 --by rita`

    Exit codes: 0 loaded; 1 not allowed, or the case has errors of shape or contradicts what is on record.
    """
    open_records(desk)
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles

    resolved = CaseFiles(case).resolve(edition)
    draft = actions.load_case(by=get_person(by), at=parse_at(at), resolved=resolved, reason=reason)
    if as_json:
        say_json({"warning": draft.parent.key, "situation": draft.situation.key, "draft": draft.key})
    else:
        out.print(f"loaded {draft.parent.key} into {draft.situation.key}: draft {draft.key} of edition {edition}")


def export(
    warning: WarningArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a warning as a case in plain files, every edition of it; the files are read back and compared.

    Example: `tocsin warn export GW-2023-10-ARM-AZE cases/armenia`

    Exit codes: 0 written, nothing lost; 1 the folder is not empty, or something cannot be said in plain files.
    """
    open_records(desk)
    from tocsin.records.queries import get_bulletin
    from tocsin.warn.exporting import export_case

    files = export_case(get_bulletin(warning), folder)
    if as_json:
        say_json({"folder": str(folder), "files": [str(path) for path in files]})
    else:
        out.print(f"{len(files)} files, read back and compared")
        out.print(str(folder))


def drafts(desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False) -> None:
    """List the desk's warnings: edition, level, review date and staleness, and the open draft of each.

    Example: `tocsin warn drafts --desk my-desk`

    Exit codes: 0 listed; 1 this is no desk.
    """
    open_records(desk)
    from tocsin.warn.queries import warnings

    found = warnings(on=parse_at(at).date())
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("warning", "edition", "level", "review by", "open draft"):
        table.add_column(column, no_wrap=column == "warning")
    for each in found:
        edition = f"{each.edition} {each.message_type}" if each.edition else "none"
        review = f"{each.review_date or ''}{' stale' if each.stale else ''}"
        draft = f"{each.draft} {each.draft_state}, version {each.draft_head}" if each.draft else ""
        table.add_row(each.warning, edition, each.level, review, draft)
    out.print(table)


def open_warning(
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Open a warning that no case was loaded for: a file with `warning`, `head`, `assessment` and a first `draft`.

    Example: `tocsin warn open warning.toml --situation sudan --by ani`

    Exit codes: 0 opened; 1 not allowed, there is such a warning, or the file does not say one.
    """
    open_records(desk)
    from tocsin.core.model.judgement import Opening
    from tocsin.records.queries import get_situation
    from tocsin.warn import actions

    said = read_struct(file, Opening)
    opened = actions.open_warning(
        by=get_person(by), at=parse_at(at), situation=get_situation(situation), warning=said.warning, head=said.head,
        assessment=said.assessment, text=said.draft, reason=reason,
    )  # fmt: skip
    say_draft(opened, as_json)


COMMANDS = {"load": load, "open": open_warning, "export": export, "drafts": drafts}
