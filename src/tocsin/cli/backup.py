"""`tocsin backup` and `tocsin restore`: the whole desk in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import has_records
from tocsin.warn.backup.restoring import restore_backup
from tocsin.warn.backup.writing import write_backup


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write; there must be none yet.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Take in private/, with the signing key: keep the file as safe.")
    ] = False,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole desk to one file: records, editions, archive, tables, settings. Others may go on working.

    Only its owner can read the file: it holds what the desk does not publish. Left out are site/ and cache/, which
    can be made again, and private/ unless --with-keys is given; without the keys, a restored desk cannot sign.

    Example: `tocsin backup desk-2026-11-25.tar --desk my-desk`

    Exit codes: 0 written; 1 this is no desk, or there is such a file already.
    """
    folder = find_desk(desk)
    with_records = has_records(folder)
    if with_records:
        from tocsin.web import setup

        setup(folder.folder)
    made = write_backup(folder, file, at=parse_at(at), with_records=with_records, with_keys=with_keys)
    n_bytes = sum(member.byte_size for member in made.members)
    if as_json:
        say_json(
            {
                "file": str(file),
                "members": len(made.members),
                "rows": made.n_rows,
                "bytes": n_bytes,
                "with_keys": with_keys,
                "left_out": list(made.left_out),
            }
        )
        return
    out.print(f"{file}: {len(made.members):,} members, {made.n_rows:,} rows, {n_bytes / 1e6:,.1f} MB", markup=False)
    for each in made.left_out:
        out.print(f"left out: {each}", markup=False)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the desk is to be: not there yet, or empty.")],
    database: Annotated[
        str,
        typer.Option(
            help="An empty PostgreSQL database for the records, as postgres://user:password@host/name.",
            show_default="desk.sqlite3 in the folder",
            envvar="TOCSIN_RESTORE_DATABASE",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Restore a desk from a backup, on either database, whichever it came from.

    Every hash is verified before anything is in place; a crash leaves no desk or a whole one. Look it over afterwards
    with `tocsin doctor`, and publish its site again.

    Example: `tocsin restore desk-2026-11-25.tar my-desk && tocsin doctor --desk my-desk`

    Exit codes: 0 restored; 1 it is no whole backup, or the folder or the database is in use.
    """  # fmt: skip
    from tocsin.web import setup
    from tocsin.web.database import let_go, prepare

    def finish() -> None:
        prepare()
        let_go()

    done = restore_backup(file, folder, start=setup, finish=finish, database=database)
    missing = "" if done.manifest.with_keys else "the keys: put private/signing-key.pem back (mode 0600)"
    if as_json:
        say_json(
            {
                "desk": str(folder),
                "made_at": done.manifest.made_at,
                "members": len(done.manifest.members),
                "rows": done.manifest.n_rows,
                "missing": missing,
            }
        )
        return
    out.print(f"{folder}: the desk of {done.manifest.made_at}, {done.manifest.n_rows:,} rows", markup=False)
    if missing:
        out.print(f"missing: {missing}", style="yellow", markup=False)
