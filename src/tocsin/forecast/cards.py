"""Model cards: `models/<target>.toml` says what a model forecasts, from what, how it was chosen, and how it did."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

import tocsin
from tocsin.core.errors import TocsinError


class CardError(TocsinError):
    """A model card that is not there or cannot be used."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a run needs of a model card; the file says more."""

    target: str
    model: str
    version: int
    outcome: str
    known_failures: tuple[str, ...]
    skill: str = ""
    settings: dict[str, Any] = {}
    choices: dict[str, Any] = {}
    scores: dict[str, Any] = {}
    sha256: str = ""


def cards_folder() -> Path:
    """Where cards lie: beside the source in a checkout, else where the package was installed."""
    checkout = Path(tocsin.__file__).parents[2] / "models"
    return checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "tocsin" / "models"


def read_card(target: str, folder: Path | None = None) -> Card:
    """The card of a target. Raises CardError."""
    path = (folder or cards_folder()) / f"{target}.toml"
    try:
        data = path.read_bytes()
        card = msgspec.convert(tomllib.loads(data.decode()), Card)
    except FileNotFoundError as error:
        raise CardError("there is no such model card", where=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CardError(f"the model card cannot be used: {error}", where=str(path)) from error
    return msgspec.structs.replace(card, sha256=hashlib.sha256(data).hexdigest())
