"""Write a case's version into the records. Called within `warn.actions.load_case`."""

from __future__ import annotations

import re

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.model import base
from tocsin.core.model.assessment import Party
from tocsin.core.model.judgement import Assessment, Bulletin, Draft, Geometry, SituationScope
from tocsin.core.rules.ledger import standing
from tocsin.records.acting import Act
from tocsin.records.models import Record, Version
from tocsin.records.queries import find_record
from tocsin.review.actions import keep_claim
from tocsin.warn.case_files import LEFT_OUT, Resolved
from tocsin.warn.queries import drafts, find_open_draft


class LoadError(TocsinError):
    """A case that contradicts what is on record."""


def load_resolved(act: Act, resolved: Resolved, reason: str) -> Record:
    """Keep everything that one version of a case says; give the draft of its edition."""
    header, version, content = resolved.header, resolved.version, resolved.content
    assert header is not None  # noqa: S101  # the action has made sure of all three
    assert version is not None  # noqa: S101
    assert content is not None  # noqa: S101
    loading = _Loading(act, reason)

    actors = _keyed(header.situation.alleged_perpetrators)
    groups = _keyed(header.situation.groups_at_risk)
    scope = SituationScope(
        title=header.situation.title,
        countries=header.situation.countries,
        places=header.situation.places,
        alleged_perpetrators=tuple(actors),
        groups_at_risk=tuple(groups),
    )
    situation = loading.keep("situation", header.situation.id, scope).record
    for kind, records in (("actor", actors), ("group", groups)):
        for key, party in records.items():
            loading.keep(kind, key, party, situation)
    for place in header.places:
        loading.keep("place", place.id, place, situation)
    for kind, name in (("source", "sources"), ("event", "events"), ("figure", "figures")):
        for record in resolved.records[name]:
            loading.keep(kind, record.id, record, situation)
    for kind in LEFT_OUT:  # a list and its records are called alike
        for record in resolved.records[kind]:
            loading.keep(kind, record.id, record, situation)
    for claim in resolved.records["claims"]:
        there = find_record("claim", claim.id, situation=situation)
        keep_claim(act, situation, claim, seen=there.head if there else None, reason=reason, then="accept")
        if there and there.state != "accepted":
            raise LoadError(f"{there} was {there.state} at this desk", remedy="Reopen and accept it, or leave it out")
    for ask in resolved.records["recommendations"]:
        loading.recommendation(ask, situation)
    if resolved.map_spec is not None:
        loading.keep("map", "map", resolved.map_spec, situation)
        for file, shapes in resolved.geometry.items():
            loading.keep("geometry", file.removesuffix(".geojson"), Geometry(file=file, geojson=shapes), situation)

    own = {name: getattr(header, name) for name in Bulletin.__struct_fields__}
    bulletin = loading.keep("bulletin", header.warning, Bulletin(**own), situation).record
    keys = []
    for finding in version.findings:
        keys.append(f"{finding.framework}-{finding.number}")
        loading.keep("finding", keys[-1], finding, parent=bulletin)
    assessment = Assessment(level=version.level, confidence=version.confidence, findings=tuple(keys))
    loading.keep("assessment", "assessment", assessment, parent=bulletin)
    return loading.draft(resolved, bulletin)


class _Loading:
    def __init__(self, act: Act, reason: str) -> None:
        self.act = act
        self.reason = reason

    def keep(
        self,
        kind: str,
        key: str,
        content: base.Record,
        situation: Record | None = None,
        parent: Record | None = None,
    ) -> Version:
        there = find_record(kind, key, situation=situation, parent=parent)
        return self.act.keep(
            kind, key, content, situation=situation, parent=parent, reason=self.reason,
            seen=there.head if there else None,
        )  # fmt: skip

    def recommendation(self, ask: base.Record, situation: Record) -> None:
        """An ask and its responses, each a record of its own. Where it stands follows from the series."""
        there = find_record("recommendation", ask.id, situation=situation)
        bare = msgspec.structs.replace(ask, responses=())
        record = self.keep("recommendation", ask.id, bare, situation).record
        n_before = there.children.filter(kind="response").count() if there else 0
        if n_before > len(ask.responses):
            raise LoadError(
                f"{there} has more responses on record than the case says", remedy="Add them to the case: none is lost"
            )
        for number, response in enumerate(ask.responses, start=1):
            self.keep("response", str(number), response, parent=record)
            stands = standing(ask.responses[:number])
            if number > n_before and record.state != stands:
                self.act.step(record, stands, reason=self.reason)

    def draft(self, resolved: Resolved, bulletin: Record) -> Record:
        version = resolved.version
        assert version is not None  # noqa: S101
        own = {name: getattr(version, name) for name in Draft.__struct_fields__ if hasattr(version, name)}
        lists = {
            name: tuple(record.id for record in records)
            for name, records in resolved.records.items()
            if records or name not in LEFT_OUT
        }
        places = tuple(place.id for place in resolved.header.places) if resolved.header else ()
        text = Draft(**own, **lists, edition=version.number, places=places, map=resolved.map_spec is not None)
        if there := find_open_draft(bulletin):
            self.act.step(there, "abandon", reason=f"{self.reason} was loaded")
        return self.keep("draft", str(len(drafts(bulletin)) + 1), text, parent=bulletin).record


def _keyed(parties: tuple[Party, ...]) -> dict[str, Party]:
    """Parties by a key made of their name."""
    found: dict[str, Party] = {}
    for party in parties:
        key = re.sub(r"[^a-z0-9]+", "-", party.name.casefold()).strip("-")[:80] or "party"
        while key in found:
            key += "-2"
        found[key] = party
    return found
