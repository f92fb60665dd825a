"""The board of a warning: each stage or factor with its finding, and beside it what points to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.db.models import F

from tocsin.assess.queries import assessed
from tocsin.core.model import base
from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.judgement import Assessment
from tocsin.core.model.sources import Source
from tocsin.core.rules.pointing import Framework, Pointing, pointing
from tocsin.core.vocabulary import load_codebook
from tocsin.records.kept import last_act
from tocsin.records.models import Record

R = TypeVar("R", bound=base.Record)


class Cell(msgspec.Struct, frozen=True):
    """A stage or factor: what a person finds, beside what is counted."""

    number: int
    key: str
    label: str
    definition: str
    finding: Finding | None
    version: int
    points: Pointing


def board(bulletin: Record, framework: Framework) -> list[Cell]:
    """Every stage of the framework, or every factor, in order."""
    return assessed_board(bulletin, framework)[1]


def assessed_board(bulletin: Record, framework: Framework) -> tuple[Assessment | None, list[Cell]]:
    """The assessment of a warning, if there is one yet, and its board."""
    points = _points(bulletin.situation_id or 0, framework, last_act(bulletin.situation_id))
    assessment, found = assessed(bulletin)
    cells = []
    for number, label, definition in terms(framework):
        key = f"{framework}-{number}"
        finding, version = found.get(key, (None, 0))
        cells.append(Cell(number, key, label, definition, finding, version, points[number]))
    return assessment, cells


def terms(framework: Framework) -> list[tuple[int, str, str]]:
    """Number, label and definition of each stage or factor."""
    codebook = load_codebook()
    if framework == "un-framework":
        return [(each.number, each.label, each.gist) for each in sorted(codebook.un_factors, key=lambda f: f.number)]
    found = [(number, codebook.find_stage(framework, number)) for number in range(1, 11)]
    return [(number, stage.label, stage.definition) for number, stage in found if stage]


@lru_cache(maxsize=64)
def _points(situation: int, framework: Framework, act: str) -> dict[int, Pointing]:
    """What the accepted claims of a situation point to, counted anew when anything was done there."""
    claims = tuple(_say(Claim, situation=situation, kind="claim", state="accepted").values())
    events = tuple(_say(Event, situation=situation, kind="event").values())
    cited = _say(Source, situation=situation, kind="source")
    return pointing(framework, claims, events, cited, load_codebook())


def _say(noun: type[R], **which: Any) -> dict[str, R]:
    """What some records say now, by key, in the order of entry. There may be thousands: no models are made of them."""
    read = msgspec.json.Decoder(noun).decode
    rows = Record.objects.filter(versions__number=F("head"), **which).order_by("pk")
    return {key: read(content) for key, content in rows.values_list("key", "versions__content")}
