"""What each field of every noun is: public, internal or confidential. A field that is not in the table fails a test.

public        may stand in an edition, or does: the allow-list
internal      for people at the desk; never published
confidential  encrypted at rest, shown by role, each look recorded
"""

from __future__ import annotations

from typing import Any, Final, Literal

from tocsin.core.model import (
    asks,
    assessment,
    case,
    claims,
    forecasts,
    incidents,
    judgement,
    map_spec,
    places,
    protected,
    series,
    sources,
)
from tocsin.core.model.base import Record

Level = Literal["public", "internal", "confidential"]

Declared = dict[type[Record], dict[str, Level]]


def _declare(*rows: tuple[Level, type[Record], str]) -> Declared:
    table: Declared = {}
    for level, noun, names in rows:
        for name in names.split():
            table.setdefault(noun, {})[name] = level
    return table


DECLARED: Final = _declare(
    # The situation and who is in it
    ("public", judgement.SituationScope, "title countries places alleged_perpetrators groups_at_risk"),
    ("public", assessment.Party, "name kind names said_by note"),
    ("public", places.Name, "text lang used_by"),
    ("public", places.Place, "id kind names country code m49 contested status_note at"),
    ("public", map_spec.MapSpec, "title credit as_of bbox margin countries lakes not_shown layers places"),
    (
        "public", map_spec.MapLayerSpec,
        "id role label source units places file names claimants boundary_status valid precision",
    ),
    ("public", judgement.Geometry, "file geojson"),
    # What was said, by whom, where
    (
        "public", claims.Claim,
        (
            "id text kind asserted_by speaker speaker_role named_source sources corroborated_by date date_note places "
            "quantity indicators stages grade contested positions context context_sources check_next wording"
        ),
    ),
    ("public", claims.Quantity, "text low best high unit"),
    ("public", claims.Grade, "source information by date reason"),
    ("public", claims.Position, "by text sources basis"),
    ("public", claims.Event, "id date text indicator stages direction note sources"),
    (
        "public", sources.Source,
        "id publisher title kind date date_note lang perspective origin links capture_sha256 note",
    ),
    ("public", sources.Link, "url publisher"),
    ("public", sources.Citation, "source passage"),
    ("internal", judgement.Capture, "sha256 byte_size mime url captured_at"),
    ("internal", judgement.Document, "id title url publisher lang published capture_sha256 run text"),
    (
        "internal",
        judgement.Candidate,
        ("id document also words title publisher published lang passage text kind asserted_by "
        "indicators proposed_by p signal"),
    ),
    ("internal", judgement.Signal, "rule sentence of month series window_from values warnings source"),
    ("internal", judgement.Watch, "words without sources"),
    ("internal", judgement.Task, "id text given_to about due"),
    ("internal", judgement.Comment, "id draft section text"),
    ("internal", judgement.Subscription, "channel situations level languages tests"),
    # What is made of it
    ("public", judgement.Assessment, "level confidence findings"),
    ("public", assessment.Level, "declared declared_by scale definition"),
    ("public", assessment.Confidence, "evidence agreement statement likelihood window likelihood_note"),
    (
        "public", assessment.Finding,
        "framework number state declared support evidence agreement rationale claims against mitigating",
    ),
    ("public", assessment.Figure, "id label claims contested estimates"),
    (
        "public", series.EventSeries,
        (
            "id label countries unit first best low high civilians producer release released retrieved licence "
            "citation sources derived warnings cannot_tell"
        ),
    ),
    (
        "public", incidents.Incidents,
        (
            "id label incidents selection producer release released retrieved licence citation sources warnings "
            "cannot_tell"
        ),
    ),
    (
        "public", incidents.Incident,
        "id date date_precision place adm1 country at place_precision kind side_a side_b best low high",
    ),
    ("public", assessment.Estimate, "quantity by method as_of sources basis note"),
    (
        "public", judgement.Bulletin,
        "language nature coded_by coded_date grading_note place_note legal_note",
    ),
    (
        "public", judgement.Draft,
        (
            "edition message_type reason reading_of headline bottom_line since review_date review_note forecast_note "
            "forecasts changes flags media claims events figures recommendations sources places map series "
            "incidents"
        ),
    ),
    (
        "public", forecasts.ForecastBlock,
        "as_of model outcome place p p_low p_high baseline rank n_ranked skill sources filed_sha256 came_out",
    ),
    ("public", case.Reading, "publisher title author issued updated url copy_note"),
    ("public", case.Change, "targets field before after meaning reason"),
    ("public", case.Flag, "severity text claims"),
    ("public", case.Medium, "id kind caption credit note claims"),
    # What was asked, and what became of it
    ("public", asks.Recommendation, "id order made_by addressees instrument action purpose target claims responses"),
    ("public", asks.Addressee, "name kind"),
    ("public", asks.Response, "status as_of text by sources search attribution"),
    ("public", asks.SearchLog, "date where terms depth"),
    ("public", judgement.Expectation, "id statement p window_from window_to settled_by claims made_by"),
    ("public", judgement.Settlement, "outcome as_of text sources"),
    # Who told us, and what they are owed
    ("confidential", protected.Witness, "name other_names contact role place at safety note"),
    ("confidential", protected.Contact, "name other_names reach note"),
    ("confidential", protected.ExactPlace, "text at note"),
    ("confidential", protected.ConfidentialNote, "text"),
    ("internal", protected.Sealed, "about key cipher nonce ciphertext"),
    ("internal", protected.Consent, "informed scope claims taken_by taken_date lang"),
    (
        "internal", protected.Handling,
        "about caveat embargo_until embargo_reason coarsen_km population dates_to",
    ),
)  # fmt: skip


def level_of(noun: type[Record], field: str) -> Level:
    """What a field is. Raises KeyError when nobody has said so: there is no default."""
    return DECLARED[noun][field]


def fields_of(level: Level) -> list[tuple[type[Record], str]]:
    """Every field of a level, in the order of the table."""
    return [(noun, field) for noun, own in DECLARED.items() for field, said in own.items() if said == level]


def structs_in(annotation: Any) -> set[type[Record]]:
    """Every struct that a type leads to, itself included."""
    import msgspec.inspect as shapes

    found: set[type[Record]] = set()
    waiting = [shapes.type_info(annotation)]
    while waiting:
        shape: Any = waiting.pop()
        if isinstance(shape, shapes.StructType) and issubclass(shape.cls, Record):
            if shape.cls in found:
                continue
            found.add(shape.cls)
            waiting += [field.type for field in shape.fields]
        for part in ("type", "item_type", "key_type", "value_type"):
            if isinstance(inner := getattr(shape, part, None), shapes.Type):
                waiting.append(inner)
        for parts in ("types", "item_types"):
            waiting += [inner for inner in getattr(shape, parts, ()) if isinstance(inner, shapes.Type)]
    return found
