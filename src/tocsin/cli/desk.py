"""Find the desk that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.warn.desk import DeskFolder

DeskOption = Annotated[
    Path, typer.Option("--desk", "-d", envvar="TOCSIN_DESK", help="The desk's folder.", show_default="this folder")
]


def find_desk(folder: Path) -> DeskFolder:
    """The desk in a folder. Raises DeskError when there is none."""
    return DeskFolder(folder.resolve())
