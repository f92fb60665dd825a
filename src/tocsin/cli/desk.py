"""Find the desk a command works on: the folder that holds `desk.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.core.errors import TocsinError

DeskFolder = Annotated[
    Path, typer.Option("--desk", metavar="FOLDER", help="The desk: the folder that holds desk.toml.")
]


class DeskError(TocsinError):
    """The folder holds no readable desk.toml."""


@dataclass(frozen=True)
class Desk:
    """A desk's folder and its settings as written; a missing section is an empty one."""

    folder: Path
    settings: dict[str, Any]

    def section(self, name: str) -> dict[str, Any]:
        """One table of desk.toml. Raises DeskError when the name is there but holds no table."""
        table = self.settings.get(name, {})
        if not isinstance(table, dict):
            raise DeskError(
                f"[{name}] should be a table of settings",
                where=str(self.folder / "desk.toml"),
                remedy=f"Write [{name}] on a line of its own, and its settings below it.",
            )
        return table


def find_desk(folder: Path) -> Desk:
    """The desk in `folder`. Raises DeskError when desk.toml is missing or is not TOML."""
    file = folder / "desk.toml"
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise DeskError(
            "there is no desk here (no desk.toml)",
            where=str(folder),
            remedy="Make one with `tocsin init`, or name an existing one with --desk FOLDER.",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DeskError(f"desk.toml cannot be read: {error}", where=str(file)) from None
    return Desk(folder.resolve(), settings)
