"""Assessment: findings on stages and factors, the declared level, how sure, figures with their rivals."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Record
from tocsin.core.model.claims import Quantity
from tocsin.core.model.places import Name
from tocsin.core.model.sources import Citation

FindingState = Literal["present", "suspected", "not_seen", "unknown"]
Support = Literal["none", "weak", "moderate", "strong"]


class Finding(Record, frozen=True, kw_only=True):
    """What is said about one stage or factor, by whom, and how far the cited claims carry it."""

    framework: Annotated[str, Meta(description="Framework version, e.g. ten-stages or eight-stages")]
    number: Annotated[int, Meta(ge=1, le=14, description="Number of the stage or factor in that version")]
    state: FindingState
    declared: Annotated[bool, Meta(description="The issuer itself declares it")] = False
    support: Annotated[Support, Meta(description="How strongly the cited claims carry it, as coded")] = "none"
    evidence: Annotated[Literal["", "limited", "medium", "robust"], Meta(description="How much evidence")] = ""
    agreement: Annotated[Literal["", "low", "medium", "high"], Meta(description="How far it agrees")] = ""
    rationale: str = ""
    claims: Annotated[tuple[Id, ...], Meta(description="Claims for it")] = ()
    against: Annotated[tuple[Id, ...], Meta(description="Claims or events against it")] = ()
    mitigating: Annotated[tuple[Id, ...], Meta(description="Events that counter it; never netted")] = ()


class Level(Record, frozen=True, kw_only=True):
    """The issuer's own alert level. Recorded, never recomputed."""

    declared: Literal["none", "watch", "warning", "emergency"]
    declared_by: str
    scale: Annotated[str, Meta(description="Whose scale")] = "genocide-watch"
    definition: Annotated[str, Meta(description="Version of the level's definition, from the codebook")]


class Confidence(Record, frozen=True, kw_only=True):
    """How sure, on two axes that explain themselves; likelihood apart from confidence."""

    evidence: Literal["limited", "medium", "robust"]
    agreement: Literal["low", "medium", "high"]
    statement: str
    likelihood: Annotated[str, Meta(description="Probability word of the codebook; empty when none is given")] = ""
    window: Edtf = ""
    likelihood_note: Annotated[str, Meta(description="Why no likelihood is given")] = ""


class Estimate(Record, frozen=True, kw_only=True):
    """One party's number for a figure."""

    quantity: Quantity
    by: Annotated[str, Meta(description="Who gives it")]
    method: str = ""
    as_of: Edtf = ""
    sources: tuple[Citation, ...] = ()
    basis: Literal["source", "general"] = "source"
    note: str = ""


class Figure(Record, frozen=True, kw_only=True):
    """A figure with its rivals, side by side. A contested figure is never shown alone."""

    id: Id
    label: str
    claims: tuple[Id, ...] = ()
    contested: bool = True
    estimates: tuple[Estimate, ...]


class Party(Record, frozen=True, kw_only=True):
    """An actor or a group in a situation, and who gives it that role."""

    name: str
    kind: Annotated[str, Meta(description="Actor type of the codebook, or `group`")]
    names: Annotated[tuple[Name, ...], Meta(description="Its names in other languages")] = ()
    said_by: Annotated[str, Meta(description="Who gives it this role")] = ""
    note: str = ""


class Situation(Record, frozen=True, kw_only=True):
    """Perpetrators alleged x groups at risk x places."""

    id: Id
    title: str
    countries: Annotated[tuple[str, ...], Meta(description="ISO 3166-1 alpha-3")]
    places: Annotated[tuple[Id, ...], Meta(description="Where people are said to be at risk")]
    alleged_perpetrators: tuple[Party, ...]
    groups_at_risk: tuple[Party, ...]
