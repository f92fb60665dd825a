"""`tocsin warn`: check a case, issue its versions as editions, compare and list them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, out, say_json
from tocsin.cli.records import has_records, open_records
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import Content
from tocsin.warn.edition_store import EditionStore

if TYPE_CHECKING:
    from tocsin.core.editions.diff import Difference
    from tocsin.warn.case_files import Located

app = typer.Typer(no_args_is_help=True, help="Check a case, issue it, compare and list editions.")

CaseArgument = Annotated[Path, typer.Argument(metavar="CASE", help="The case's folder, as cases/armenia-2023.")]
EditionOption = Annotated[int | None, typer.Option("--edition", "-e", min=1, help="Which version of the case.")]


@app.command()
def check(case: CaseArgument, edition: EditionOption = None, at: AtOption = None, as_json: AsJson = False) -> None:
    """Say what must be mended before a case is issued (errors), and what a reader should know (notices).

    Each stands with its file and line, what is wrong and what to do. All versions are checked unless one is named.

    Example: `tocsin warn check cases/armenia-2023`

    Exit codes: 0 no error; 1 the case cannot be read; 3 there are errors.
    """
    from tocsin.warn.case_files import CaseFiles

    files = CaseFiles(case)
    on = parse_at(at).date()
    found: list[tuple[int, Located]] = []
    for number in sorted(files.versions) if edition is None else [edition]:
        previous = files.resolve(number - 1).content if number - 1 in files.versions else None
        found += [(number, located) for located in files.resolve(number).check(on, previous)]
    n_errors = sum(located.problem.severity == "error" for _, located in found)
    if as_json:
        say_json(
            [{"edition": number, "where": each.where, **msgspec.to_builtins(each.problem)} for number, each in found]
        )
    else:
        _print_problems(found)
        versions = len({number for number, _ in found}) if edition is None else 1
        noun = "edition" if edition else f"{max(versions, len(files.versions))} editions"
        out.print(f"{n_errors} errors, {len(found) - n_errors} notices in {noun} of {case}", style="bold")
    if n_errors:
        raise typer.Exit(3)


def _print_problems(found: list[tuple[int, Located]]) -> None:
    said: set[tuple[str, str]] = set()
    for _, located in found:
        problem = located.problem
        if (located.where, problem.text) in said:
            continue  # the same line in another version of the case
        said.add((located.where, problem.text))
        style = "red" if problem.severity == "error" else "yellow"
        out.print(f"{located.where}: ", end="", markup=False)
        out.print(f"{problem.severity}: ", style=style, end="")
        out.print(f"{problem.text}{'. ' + problem.remedy if problem.remedy else ''} ", end="", markup=False)
        out.print(f"({problem.rule})", style="dim", markup=False)


@app.command()
def issue(
    case: CaseArgument,
    edition: Annotated[int, typer.Option("--edition", "-e", min=1, help="Which version of the case to issue.")],
    by: Annotated[str, typer.Option(help="Who issues it, as it may be published.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Issue one version of a case as an edition: checked, frozen, signed, chained into the log, for good.

    Example: `tocsin warn issue cases/armenia-2023 --edition 1 --by "A. Editor" --desk my-desk`

    Plain files carry no second person's sign-off: a desk whose status is Actual refuses, and so does one that keeps
    this warning on record (see `tocsin warn load`).

    Exit codes: 0 issued; 1 it is not this version's turn, or somebody else was first; 3 the case has errors.
    """
    from tocsin.warn.case_files import CaseFiles
    from tocsin.warn.issue import CheckFailedError, issue_case

    folder = find_desk(desk)
    if has_records(folder):
        open_records(desk)
        from tocsin.warn.queries import check_not_on_record

        check_not_on_record(CaseFiles(case), edition)
    try:
        issued = issue_case(folder, CaseFiles(case), edition, by=by, at=parse_at(at))
    except CheckFailedError as error:
        if as_json:
            say_json([{"where": each.where, **msgspec.to_builtins(each.problem)} for each in error.problems])
        else:
            _print_problems([(edition, each) for each in error.problems if each.problem.severity == "error"])
        raise typer.Exit(3) from error
    path = folder.editions / f"{issued.sha256}.json"
    if as_json:
        say_json({"warning": issued.edition.issue.warning, "edition": edition, "sha256": issued.sha256,
                  "seq": issued.seq, "path": str(path)})  # fmt: skip
        return
    kind = issued.edition.issue.message_type
    out.print(f"issued {issued.edition.issue.identifier} ({kind}, {issued.edition.issue.status}) as {issued.sha256}")
    out.print(str(path))


@app.command()
def diff(
    warning: Annotated[str, typer.Argument(metavar="CASE|WARNING", help="A case's folder, or an issued warning's id.")],
    before: Annotated[int, typer.Option("--from", min=1, help="The earlier edition.")] = 1,
    after: Annotated[int, typer.Option("--to", min=1, help="The later edition.")] = 2,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Show what changed between two editions, field by field, with the meaning and reason given for it.

    Example: `tocsin warn diff cases/armenia-2023 --from 1 --to 2`

    Exit codes: 0 compared; 1 an edition is missing or has errors of shape.
    """
    from tocsin.core.editions.diff import differences, explain

    old, new = (_content(warning, number, desk) for number in (before, after))
    if as_json:
        say_json(msgspec.to_builtins(differences(old, new)))
        return
    explained, left = explain(old, new)
    for number, each in enumerate(explained, start=1):
        out.print(f"{number}. {each.change.field}: {each.change.meaning}", style="bold", markup=False)
        out.print(f"   from: {each.change.before}\n   to:   {each.change.after}", markup=False)
        for found in each.differences:
            _print_difference(found)
    if left:
        out.print("Other differences", style="bold")
    for found in left:
        _print_difference(found)
    out.print(f"{len(explained)} changes explained, {len(left)} other differences")


def _print_difference(found: Difference) -> None:
    name = f"{found.target} {found.field}".strip()
    if found.kind != "changed" or not isinstance(found.before, str) or not isinstance(found.after, str):
        out.print(f"   {name}: {found.kind}", style="dim", markup=False)
    else:
        out.print(f"   {name}:\n     - {found.before}\n     + {found.after}", style="dim", markup=False)


def _content(warning: str, number: int, desk: Path) -> Content:
    if Path(warning).is_dir():
        from tocsin.warn.case_files import CaseFiles

        resolved = CaseFiles(Path(warning)).resolve(number)
        if resolved.content is None:
            first = resolved.problems[0]
            raise TocsinError(first.problem.text, where=first.where, remedy="Run: tocsin warn check")
        return resolved.content
    store = EditionStore(find_desk(desk).editions)
    for signed in store.of_warning(warning):
        if signed.entry.edition == number:
            return store.read(signed.entry.edition_sha256).content
    raise TocsinError(f"no edition {number} of {warning} is issued", remedy="See: tocsin warn list")


@app.command(name="list")
def list_(desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False) -> None:
    """List the issued editions, newest first, with level, review date and staleness.

    Example: `tocsin warn list --desk my-desk`

    Exit codes: 0 listed; 1 this is no desk, or an edition was altered.
    """
    from tocsin.core.dates import is_stale

    store = EditionStore(find_desk(desk).editions)
    on = parse_at(at).date()
    rows = []
    for signed in reversed(store.entries()):
        edition = store.read(signed.entry.edition_sha256)
        rows.append(
            {
                "seq": signed.entry.seq,
                "warning": signed.entry.warning,
                "edition": signed.entry.edition,
                "type": signed.entry.message_type,
                "level": edition.content.level.declared,
                "issued_at": signed.entry.issued_at,
                "review_date": edition.content.review_date,
                "stale": is_stale(edition.content.review_date, on),
                "sha256": signed.entry.edition_sha256,
            }
        )
    if as_json:
        say_json(rows)
        return
    if not rows:
        err.print("nothing is issued yet: tocsin warn issue CASE --edition 1 --by NAME")
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("warning", "edition", "type", "level", "issued", "review by"):
        table.add_column(column, no_wrap=column in ("warning", "issued"))
    for row in rows:
        table.add_row(
            str(row["warning"]),
            str(row["edition"]),
            str(row["type"]),
            str(row["level"]),
            str(row["issued_at"])[:10],
            f"{row['review_date']}{' stale' if row['stale'] else ''}",
        )
    out.print(table)
