"""The codebook: the field's vocabulary, in our own words, with what is known of its certainty.

It lies beside this file as TOML, one file per family of terms, and is checked each time it is loaded: a
codebook that contradicts itself must not grade anybody's claims.
"""

from __future__ import annotations

import difflib
import itertools
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.vocabulary.terms import Codebook

VERSION = "1"
"""Raised whenever a term changes its meaning; every edition says which version it used."""


class CodebookError(TocsinError):
    """The codebook contradicts itself."""


@cache
def load_codebook() -> Codebook:
    """The packaged codebook, checked. Raises CodebookError naming every contradiction."""
    tables: dict[str, Any] = {"version": VERSION}
    folder = files(__package__) / "codebook"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    return check_codebook(tables)


def check_codebook(tables: dict[str, Any]) -> Codebook:
    """Decode and check a codebook given as plain tables. Raises CodebookError naming every contradiction."""
    try:
        codebook = msgspec.convert(tables, Codebook)
    except msgspec.ValidationError as error:
        raise CodebookError(f"the codebook has a wrong shape: {error}", where="codebook") from error
    contradictions = list(find_contradictions(codebook))
    if contradictions:
        raise CodebookError("the codebook contradicts itself: " + "; ".join(contradictions), where="codebook")
    return codebook


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like this one, best first; for telling somebody what they may have meant."""
    return difflib.get_close_matches(word, list(known), n=count, cutoff=0.4)


def find_contradictions(codebook: Codebook) -> Iterator[str]:
    """Each way in which the codebook contradicts itself, as a clause."""
    families: dict[str, Iterable[str]] = {
        "stage": (term.id for term in codebook.stages),
        "stage model": (term.id for term in codebook.stage_models),
        "UN factor": (str(term.number) for term in codebook.un_factors),
        "UN indicator": (term.id for term in codebook.un_indicators),
        "indicator": (term.id for term in codebook.indicators),
        "legal act": (term.id for term in codebook.legal_acts),
        "source type": (term.id for term in codebook.source_types),
        "instrument": (term.id for term in codebook.instruments),
        "response status": (term.id for term in codebook.response_statuses),
        "level": (term.id for term in codebook.levels),
        "level definition": (term.version for term in codebook.level_definitions),
    }
    for family, ids in families.items():
        for id, times in Counter(ids).items():
            if times > 1:
                yield f"{family} {id} stands {times} times"

    stages = {stage.id for stage in codebook.stages}
    for model in codebook.stage_models:
        for id in model.stages:
            if id not in stages:
                yield f"stage model {model.id} names the unknown stage {id}"

    factors = {factor.number for factor in codebook.un_factors}
    if factors != set(range(1, 15)):
        yield "the UN factors are not 1 to 14"
    for un_indicator in codebook.un_indicators:
        if not un_indicator.id.startswith(f"{un_indicator.factor}."):
            yield f"UN indicator {un_indicator.id} does not stand under its factor {un_indicator.factor}"

    yield from _contradictions_of_indicators(codebook, factors)

    for instrument in codebook.instruments:
        for kind in instrument.typical_addressees:
            if kind not in codebook.actor_types:
                yield f"instrument {instrument.id} names the unknown actor type {kind}"
    rows = sorted(codebook.probability_words, key=lambda row: row.p_low)
    for row, following in itertools.pairwise(rows):
        if row.p_high != following.p_low:
            yield f"the probability words {row.id} and {following.id} do not meet"


def _contradictions_of_indicators(codebook: Codebook, factors: set[int]) -> Iterator[str]:
    n_stages = max(len(model.stages) for model in codebook.stage_models)
    un_indicators = {term.id for term in codebook.un_indicators}
    known: dict[str, set[Any]] = {
        "ACLED sub-event type": {name for names in codebook.acled_sub_event_types.values() for name in names},
        "CAMEO code": set(codebook.cameo_codes),
        "legal tag": {act.id for act in codebook.legal_acts},
        "source type": {term.id for term in codebook.source_types},
        "UCDP type": {int(key) for key in codebook.ucdp_types_of_violence},
    }
    for indicator in codebook.indicators:
        if indicator.id.split("-")[0] not in codebook.groups:
            yield f"indicator {indicator.id} belongs to no group"
        for stage in indicator.stages:
            if not 1 <= stage <= n_stages:
                yield f"indicator {indicator.id} names the unknown stage {stage}"
        for factor in indicator.un_factors:
            if factor not in factors:
                yield f"indicator {indicator.id} names the unknown UN factor {factor}"
        for id in indicator.un_indicators:
            if id not in un_indicators:
                yield f"indicator {indicator.id} names the unknown UN indicator {id}"
            elif int(id.split(".")[0]) not in indicator.un_factors:
                yield f"indicator {indicator.id} names {id} without its factor"
        used: dict[str, tuple[str, ...] | tuple[int, ...]] = {
            "ACLED sub-event type": indicator.acled_sub_event_types,
            "CAMEO code": indicator.cameo_codes,
            "legal tag": indicator.legal_tags,
            "source type": indicator.typical_sources,
            "UCDP type": indicator.ucdp_type_of_violence,
        }
        for family, codes in used.items():
            for code in codes:
                if code not in known[family]:
                    yield f"indicator {indicator.id} names the unknown {family} {code}"
