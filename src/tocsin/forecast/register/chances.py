"""What the newest filed alert said of some countries, to stand beside what people say of them."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from tocsin.core.model.forecasts import FiledAlert
from tocsin.forecast.register.store import Register


@dataclass(frozen=True)
class Chance:
    """p: the chance that an episode of 250 killed or more starts within three months of the month `as_of`."""

    model: str
    as_of: str
    iso3: str
    p: float


def find_chance(register: Register, countries: Collection[str], *, on: datetime.date) -> Chance | None:
    """The highest chance among countries in the last alert filed by a day; None where there is none."""
    by_then = [
        document
        for _, document in register.forecasts()
        if isinstance(document, FiledAlert) and document.filed_at[:10] <= on.isoformat()
    ]
    if not by_then:
        return None
    newest = max(by_then, key=lambda each: (each.as_of, each.filed_at))
    told = [each for each in newest.countries if each.iso3 in countries]
    if not told:
        return None
    highest = max(told, key=lambda each: each.over_250.p)
    return Chance(newest.model, newest.as_of, highest.iso3, highest.over_250.p)
