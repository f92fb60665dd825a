"""The codebook's terms. Data only; `load_codebook` reads and checks them."""

from __future__ import annotations

from typing import Literal

from tocsin.core.model.base import Record


class Stage(Record, frozen=True, kw_only=True):
    """A stage, known by its name; its number depends on the model."""

    id: str
    label: str
    definition: str


class StageModel(Record, frozen=True, kw_only=True):
    """A version of the stage framework: which stages, in which order. `in_use` is EDTF."""

    id: str
    label: str
    author: str
    in_use: str
    stages: tuple[str, ...]


class UnFactor(Record, frozen=True, kw_only=True):
    """A risk factor of the UN Framework of Analysis, 1 to 14."""

    number: int
    code: str
    label: str
    kind: Literal["common", "genocide", "crimes_against_humanity", "war_crimes"]
    gist: str


class UnIndicator(Record, frozen=True, kw_only=True):
    """An indicator of a UN risk factor; quote its number only where `numbering_verified`."""

    id: str
    factor: int
    gist: str
    numbering_verified: bool


class Indicator(Record, frozen=True, kw_only=True):
    """An observable indicator; a code on a claim means that it was claimed."""

    id: str
    label: str
    definition: str
    code_when: str
    direction: Literal["aggravating", "mitigating"]
    severity: Literal["low", "moderate", "high", "critical"]
    severity_note: str = ""
    stages: tuple[int, ...] = ()
    un_factors: tuple[int, ...] = ()
    un_indicators: tuple[str, ...] = ()
    acled_sub_event_types: tuple[str, ...] = ()
    ucdp_type_of_violence: tuple[int, ...] = ()
    cameo_codes: tuple[str, ...] = ()
    gdelt_root_codes: tuple[str, ...] = ()
    legal_tags: tuple[str, ...] = ()
    typical_sources: tuple[str, ...] = ()


class LegalAct(Record, frozen=True, kw_only=True):
    """A legal tag with its reference. A tag is never a finding."""

    id: str
    ref: str
    label: str


class LabelledTerm(Record, frozen=True, kw_only=True):
    """A term with a label and a definition: grades, source types."""

    id: str
    label: str
    definition: str = ""


class ProbabilityWord(Record, frozen=True, kw_only=True):
    """A row of the probability table; bounds are probabilities."""

    id: str
    words: tuple[str, ...]
    p_low: float
    p_high: float


class Level(Record, frozen=True, kw_only=True):
    """An alert level of the issuer's scale. `usual_stages` only serves to point out a mismatch."""

    id: str
    label: str
    rank: int
    usual_stages: tuple[int, ...]


class LevelDefinition(Record, frozen=True, kw_only=True):
    """What the levels meant in a period. `in_use` is EDTF."""

    version: str
    in_use: str
    watch: str
    warning: str
    emergency: str


class Instrument(Record, frozen=True, kw_only=True):
    """A kind of act that a recommendation asks for."""

    id: str
    label: str
    typical_addressees: tuple[str, ...]
    evidence_implemented: str
    not_enough: str


class ResponseStatus(Record, frozen=True, kw_only=True):
    """What may be said of a response, and the least evidence for it."""

    id: str
    definition: str
    minimum_evidence: str


class Codebook(Record, frozen=True, kw_only=True):
    """Everything in the codebook. `by_id` style look-ups are methods, so that a miss can be explained."""

    version: str
    stage_models: tuple[StageModel, ...]
    stages: tuple[Stage, ...]
    un_factors: tuple[UnFactor, ...]
    un_indicators: tuple[UnIndicator, ...]
    groups: dict[str, str]
    indicators: tuple[Indicator, ...]
    acled_sub_event_types: dict[str, tuple[str, ...]]
    ucdp_types_of_violence: dict[str, str]
    cameo_codes: dict[str, str]
    legal_acts: tuple[LegalAct, ...]
    actor_types: dict[str, str]
    source_types: tuple[LabelledTerm, ...]
    instruments: tuple[Instrument, ...]
    response_statuses: tuple[ResponseStatus, ...]
    scale: str
    levels: tuple[Level, ...]
    level_definitions: tuple[LevelDefinition, ...]
    source_grades: tuple[LabelledTerm, ...]
    information_grades: tuple[LabelledTerm, ...]
    probability_words: tuple[ProbabilityWord, ...]

    def find_stage(self, framework: str, number: int) -> Stage | None:
        """The stage with this number in this version of the framework, or None."""
        for model in self.stage_models:
            if model.id == framework and 1 <= number <= len(model.stages):
                return next(stage for stage in self.stages if stage.id == model.stages[number - 1])
        return None

    def find_factor(self, number: int) -> UnFactor | None:
        """The UN risk factor with this number, or None."""
        return next((factor for factor in self.un_factors if factor.number == number), None)

    def find_indicator(self, id: str) -> Indicator | None:
        """The indicator with this id, or None."""
        return next((indicator for indicator in self.indicators if indicator.id == id), None)

    def find_instrument(self, id: str) -> Instrument | None:
        """The instrument with this id, or None."""
        return next((instrument for instrument in self.instruments if instrument.id == id), None)
