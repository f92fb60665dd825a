"""What every run for the record has: what is asked, what the model was fitted on, and what is said of lateness.

No fitted model is stored. Fitting is part of the run, takes seconds, and is repeated bit by bit from the same data and
seed: the `Fit` that is filed says on what, with which settings and libraries, what moved the model, and the hash of
the values that came out.
Whoever fits again and gets another hash knows that something differs.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import rfc8785

from tocsin.core.errors import TocsinError
from tocsin.core.model.forecasts import DataVersion, Fit, Weight
from tocsin.forecast.cards import Card, skill_of
from tocsin.forecast.tables import read_table
from tocsin.prepare.countries import find_country

LIBRARIES = ("numpy", "scikit-learn", "numba")


class FilingError(TocsinError):
    """A forecast that cannot be made for the record."""


@dataclasses.dataclass(frozen=True)
class Order:
    """What a run is asked for. origin: on the frame's time scale; filed_at: an instant, as 2026-11-23T12:00:00Z."""

    origin: int
    seed: int
    card: Card
    data: tuple[DataVersion, ...]
    software: str
    filed_at: str

    def header(self, model: Any, *, fit: Fit, late: str) -> dict[str, Any]:
        """What all filed documents say, by field; `model` has a name."""
        return {
            "model": model.name,
            "card_version": str(self.card.version),
            "card_sha256": self.card.sha256,
            "software": self.software,
            "seed": self.seed,
            "origin": self.origin,
            "data": self.data,
            "definition": self.card.outcome,
            "warnings": tuple(self.card.known_failures),
            "skill": skill_of(self.card),
            "filed_at": self.filed_at,
            "filed_after": late,
            "fit": fit,
        }


def make_fit(
    model: Any,
    *,
    first: str,
    last: str,
    n_rows: int,
    n_events: int,
    values: Sequence[Any],
    learnt: tuple[Weight, ...] = (),
) -> Fit:
    """The record of a fit. values: what came out, as plain numbers and texts; rounded, so that they can be repeated."""
    settings = {name: text for name, text in _settings(model) if name != "name"}
    return Fit(
        learnt_from=first,
        learnt_to=last,
        n_rows=n_rows,
        n_events=n_events,
        settings=settings,
        libraries={name: version(name) for name in LIBRARIES},
        values_sha256=hashlib.sha256(rfc8785.dumps(list(values))).hexdigest(),
        learnt=learnt,
    )


def check_same_fit(kept: Fit, found: Fit) -> None:
    """Raise FilingError when a fit that was kept does not come out again, and say what differs."""
    if not kept.learnt:  # of before what moved a model was kept
        found = msgspec.structs.replace(found, learnt=())
    if kept == found:
        return
    named = [field for field in Fit.__struct_fields__ if getattr(kept, field) != getattr(found, field)]
    raise FilingError(
        f"the fit that was kept does not come out again: {', '.join(named)} differ",
        remedy="Use the panel, the seed, the card and the libraries that it was made with, or fit anew",
    )


def data_version(path: Path) -> DataVersion:
    """A file by its name, hash and number of rows. Raises TableError."""
    n_rows = read_table(path).num_rows
    return DataVersion(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), n_rows=n_rows)


def iso3_of(name: str, year: int, *, gw: int | None = None) -> str:
    """ISO 3166-1 alpha-3 of a country by Gleditsch and Ward's number or else by name; empty where neither is known."""
    found = find_country("gw", str(gw), year) if gw is not None else None
    found = found or find_country("name", name, year)
    return found.iso3 if found else ""


def rounded(p: float) -> float:
    """A probability as it is filed: six digits."""
    return round(float(p), 6)


def rank_of(p: np.ndarray) -> np.ndarray:
    """1 for the highest; equals share the better rank."""
    return np.asarray((p[None, :] > p[:, None]).sum(axis=1) + 1)


def _settings(thing: Any, prefix: str = "") -> list[tuple[str, str]]:
    """A model's settings as names and texts, those of its parts under the part's name."""
    if dataclasses.is_dataclass(thing):
        fields = [each.name for each in dataclasses.fields(thing) if not each.name.startswith("_")]
    else:
        fields = [name for name in vars(thing) if not name.startswith("_")]
    found: list[tuple[str, str]] = []
    for name in fields:
        value = getattr(thing, name)
        if isinstance(value, range):
            found.append((f"{prefix}{name}", f"{value.start} to {value.stop - 1}"))
        elif isinstance(value, bool | int | float | str):
            found.append((f"{prefix}{name}", str(value)))
        elif dataclasses.is_dataclass(value) or hasattr(value, "forecast"):
            found += _settings(value, f"{prefix}{name}.")
    return found
