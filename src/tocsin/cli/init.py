"""`tocsin init`: make a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import AsJson, out, say_json
from tocsin.core.editions.signing import fingerprint
from tocsin.warn.desk import make_desk


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    name: Annotated[str, typer.Option(help="The desk's name, as readers see it.")] = "My desk",
    sender: Annotated[str, typer.Option(help="CAP sender: a domain-style name.")] = "desk.example.org",
    url: Annotated[str, typer.Option(help="Where the site will be published.")] = "https://desk.example.org",
    status: Annotated[str, typer.Option(help="CAP status: Actual, Exercise, Test or Draft.")] = "Exercise",
    as_json: AsJson = False,
) -> None:
    """Make a desk: one folder with its settings, its key and room for its editions.

    The private half of the signing key stays in `private/` with mode 0600; hand out `key.pem` and its fingerprint.
    Nothing is overwritten.

    Example: `tocsin init my-desk --name "Prevention desk" --sender desk.example.org`

    Exit codes: 0 made; 1 there is a desk already, or a setting cannot be used.
    """
    desk = make_desk(folder, name=name, sender=sender, url=url, status=status)
    mark = fingerprint(desk.public_key())
    if as_json:
        say_json({"desk": str(folder), "key_fingerprint": mark})
    else:
        out.print(f"made a desk; its key's fingerprint is {mark}")
        out.print(str(folder))
