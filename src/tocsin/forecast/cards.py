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


def skill_of(card: Card) -> str:
    """How good the model was on test periods, in one sentence: the card's own, or made of the scores it holds.

    Raises CardError when a score that it needs is missing.
    """
    scores = card.scores
    if card.skill or not scores:
        return card.skill
    try:
        return _skill(card.target, card.model, scores)
    except KeyError as error:
        raise CardError(
            f"the card of {card.target} has no score {error}", remedy="Measure it: benchmarks/forecast.py --write"
        ) from error


def _skill(target: str, model: str, scores: dict[str, Any]) -> str:
    if target == "fatalities":
        low, high = scores["crps_ratio_95"]
        return (
            f"On the windows {scores['windows']} its CRPS was {scores['crps_ratio']:.2f} of conflictology's "
            f"({low:.2f} to {high:.2f} had other countries been drawn), that of log deaths "
            f"{scores['log_crps_ratio']:.2f}."
        )
    if target == "alert":
        own, rule = (scores[f"sudden_in_top_10_1000_{name}"] for name in (model, "rule"))
        return (
            f"From {scores['origins'].replace(':', ' to ')} its monthly lists of ten had {own:.0%} of the "
            f"{scores['n_sudden_1000']} sudden starts of 1,000 deaths (the one-line rule {rule:.0%}), with "
            f"{scores['false_episodes_a_year_1000']:.1f} false episodes a year."
        )
    return ""


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
