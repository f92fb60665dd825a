"""An Edition made easy to read for renderers: look-ups by id, the ten stages in order, what stands behind a claim.

Nothing here decides anything; it only finds what the Edition says.
"""

from __future__ import annotations

import datetime
from functools import cached_property

import msgspec

from tocsin.core.dates import is_stale
from tocsin.core.independence import origins
from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.edition import Content, Edition, Issue, Notice, Term
from tocsin.core.model.places import Place
from tocsin.core.model.sources import Source
from tocsin.core.rules.assessment import UN_FRAMEWORK


class StageReading(msgspec.Struct, frozen=True):
    """One stage of the strip: its term, and the finding about it if there is one."""

    number: int
    term: Term
    finding: Finding | None

    @property
    def state(self) -> str:
        """present, suspected, not_seen, unknown, or not-declared where nothing is said."""
        return self.finding.state if self.finding else "not-declared"

    @property
    def weak(self) -> bool:
        """Declared on no or weak support in the text."""
        return self.finding is not None and self.finding.support in ("none", "weak")


class Reading:
    """One Edition, looked up. `sha256` is the hash of its canonical bytes; `on` the day of publishing."""

    def __init__(self, edition: Edition, sha256: str, on: datetime.date) -> None:
        self.edition = edition
        self.sha256 = sha256
        self.on = on

    @property
    def issue(self) -> Issue:
        """Who issued it and when."""
        return self.edition.issue

    @property
    def content(self) -> Content:
        """What it says."""
        return self.edition.content

    @property
    def stale(self) -> bool:
        """Past its review date on the day of publishing; a cancelled warning is not stale."""
        return self.issue.message_type != "Cancel" and is_stale(self.content.review_date, self.on)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claims by id."""
        return {claim.id: claim for claim in self.content.claims}

    @cached_property
    def events(self) -> dict[str, Event]:
        """Events by id."""
        return {event.id: event for event in self.content.events}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return {source.id: source for source in self.content.sources}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Places by id."""
        return {place.id: place for place in self.content.places}

    @cached_property
    def terms(self) -> dict[tuple[str, str], Term]:
        """Codebook terms by (kind, id)."""
        return {(term.kind, term.id): term for term in self.edition.terms}

    @cached_property
    def stages(self) -> list[StageReading]:
        """All stages of the framework in use, in order, each with its finding."""
        findings = {each.number: each for each in self.content.findings if each.framework != UN_FRAMEWORK}
        stages = sorted(
            (term for term in self.edition.terms if term.kind == "stage"), key=lambda term: term.number or 0
        )
        return [StageReading(term.number or 0, term, findings.get(term.number or 0)) for term in stages]

    @cached_property
    def factors(self) -> list[Term]:
        """UN risk factors that the claims' indicators touch, in order."""
        return self._terms("factor")

    def _terms(self, kind: str) -> list[Term]:
        return sorted((term for term in self.edition.terms if term.kind == kind), key=lambda term: term.number or 0)

    def term(self, kind: str, id: str) -> Term:
        """A codebook term; an unknown one is shown by its id."""
        return self.terms.get((kind, id)) or Term(kind=kind, id=id, label=id)

    def origins(self, claim: Claim) -> list[str]:
        """The independent origins that state a claim, in alphabetical order."""
        return sorted(origins(claim, self.sources))

    def stages_of(self, claim: Claim) -> list[int]:
        """Numbers of the stages whose finding cites a claim."""
        return [stage.number for stage in self.stages if stage.finding and claim.id in stage.finding.claims]

    def notices_about(self, id: str) -> list[Notice]:
        """What the rules found about one record."""
        return [notice for notice in self.edition.notices if notice.about == id]

    def latest_response(self, ask: Recommendation) -> Response | None:
        """The last of the dated observations, if any."""
        return ask.responses[-1] if ask.responses else None
