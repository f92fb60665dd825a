"""The board of a warning: each stage or factor with its finding, and beside it what points to it."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from tocsin.assess.queries import assessed
from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.judgement import Assessment
from tocsin.core.model.sources import Source
from tocsin.core.rules.pointing import Framework, Pointing, pointing
from tocsin.core.vocabulary import load_codebook
from tocsin.records.models import AuditEntry, Record
from tocsin.records.queries import versions_at


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
    points = _points(bulletin.situation_id or 0, framework, _last_act(bulletin))
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


def _last_act(bulletin: Record) -> str:
    """Hash of the last act in the situation: as long as it is the last, what was counted still holds."""
    acts = AuditEntry.objects.filter(situation=bulletin.situation_id)
    return acts.order_by("-seq").values_list("sha256", flat=True).first() or ""


@lru_cache(maxsize=64)
def _points(situation: int, framework: Framework, last_act: str) -> dict[int, Pointing]:
    """What the accepted claims of a situation point to, counted anew when anything was done there."""
    records = Record.objects.filter(situation=situation)
    accepted = records.filter(kind="claim", state="accepted")
    claims = [version.read(Claim) for version in versions_at(accepted).order_by("record_id")]
    events = [version.read(Event) for version in versions_at(records.filter(kind="event")).order_by("record_id")]
    cited = {version.record.key: version.read(Source) for version in versions_at(records.filter(kind="source"))}
    return pointing(framework, claims, events, cited, load_codebook())
