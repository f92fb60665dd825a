"""Forms about a warning: its opening, a finding, the level, the parts of a draft, comments."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from django import forms

from tocsin.core.model.assessment import Confidence, Finding, Level
from tocsin.core.model.case import Change, Flag, Reading
from tocsin.core.model.judgement import Assessment, Bulletin, Draft
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.words import words
from tocsin.web.desk.forms.fields import Day, Edtf, Ids, Seen, Text

_WARNING = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")

STATES: Final = [
    ("present", "present"), ("suspected", "suspected"), ("not_seen", "looked for and not seen"), ("unknown", "unknown"),
]  # fmt: skip
SUPPORT: Final = [(each, each) for each in ("none", "weak", "moderate", "strong")]
EVIDENCE: Final = [(each, each) for each in ("limited", "medium", "robust")]
AGREEMENT: Final = [(each, each) for each in ("low", "medium", "high")]
LEVELS: Final = [("none", "none"), ("watch", "● watch"), ("warning", "▲ warning"), ("emergency", "■ emergency")]


def _definitions() -> list[tuple[str, str]]:
    said = words("en")
    return [(each.version, f"{each.version} ({said.date(each.in_use)})") for each in load_codebook().level_definitions]


def _likelihoods() -> list[tuple[str, str]]:
    listed = [(word, f"{word} ({row.p_low:.0%} to {row.p_high:.0%})") for row in rows() for word in row.words]
    return [("", "none is given"), *listed]


def rows() -> list[Any]:
    """The probability words, the least likely first."""
    return sorted(load_codebook().probability_words, key=lambda row: row.p_low)


class LevelForm(Seen):
    """The level as its issuer declares it, and how sure."""

    declared = forms.ChoiceField(label="Level", choices=LEVELS, widget=forms.RadioSelect)
    declared_by = Text(label="Declared by", help_text="The level is the issuer's own. Nothing here computes it.")
    definition = forms.ChoiceField(label="By which definition", choices=_definitions)
    evidence = forms.ChoiceField(label="Evidence", choices=EVIDENCE, widget=forms.RadioSelect)
    agreement = forms.ChoiceField(label="Agreement", choices=AGREEMENT, widget=forms.RadioSelect)
    statement = Text(rows=3, label="How sure, in words")
    likelihood = forms.ChoiceField(label="Likelihood", choices=_likelihoods, required=False)
    window = Edtf(label="Within", required=False)
    likelihood_note = Text(label="Why no likelihood is given", required=False)

    def says(self, findings: tuple[str, ...] = ()) -> Assessment:
        """The assessment as filled in."""
        said = self.cleaned_data
        level = Level(declared=said["declared"], declared_by=said["declared_by"], definition=said["definition"])
        names = ("evidence", "agreement", "statement", "likelihood", "window", "likelihood_note")
        return Assessment(level=level, confidence=Confidence(**{name: said[name] for name in names}), findings=findings)

    @staticmethod
    def shown(assessment: Assessment) -> dict[str, Any]:
        """An assessment as the form shows it."""
        return msgspec.structs.asdict(assessment.level) | msgspec.structs.asdict(assessment.confidence)


class NewWarningForm(LevelForm):
    """A warning that is opened."""

    warning = Text(label="Permanent id", max_length=100, help_text="Stands in addresses, for good: TD-2026-11-VALLEY.")
    publisher = Text(label="Whose warning it is", help_text="The organisation that warns.")
    headline = Text(label="Headline", help_text="Attributed: X states that …")
    bottom_line = Text(
        rows=3, label="Bottom line", help_text="Two sentences: what may happen, to whom, where, how sure."
    )
    nature = Text(rows=2, label="What this is", help_text="One sentence that every page shows.")
    review_date = Day(label="Review by", help_text="After this day it is stale, and says so.")

    field_order = ("warning", "publisher", "headline", "bottom_line", "nature", "review_date")

    def clean_warning(self) -> str:
        """An id."""
        id: str = self.cleaned_data["warning"].strip()
        if not _WARNING.fullmatch(id):
            raise forms.ValidationError("Use letters, digits, points and dashes, and begin with a letter.")
        return id

    def head(self, *, by: str, on: str, lang: str) -> Bulletin:
        """What holds for all editions."""
        return Bulletin(language=lang, nature=self.cleaned_data["nature"], coded_by=by, coded_date=on)

    def draft(self, on: str) -> Draft:
        """The first draft."""
        said = self.cleaned_data
        reading = Reading(publisher=said["publisher"], title=said["headline"], issued=on)
        names = ("headline", "bottom_line", "review_date")
        return Draft(edition=1, message_type="Alert", reading_of=reading, **{name: said[name] for name in names})


class FindingForm(Seen):
    """What a person finds of one stage or factor."""

    state = forms.ChoiceField(label="Finding", choices=STATES, widget=forms.RadioSelect)
    declared = forms.BooleanField(label="The issuer itself declares it", required=False)
    support = forms.ChoiceField(label="How far the cited claims carry it", choices=SUPPORT, widget=forms.RadioSelect)
    evidence = forms.ChoiceField(label="Evidence", required=False, choices=[("", "not said"), *EVIDENCE])
    agreement = forms.ChoiceField(label="Agreement", required=False, choices=[("", "not said"), *AGREEMENT])
    claims = Ids(label="Claims for it", required=False)
    against = Ids(label="Against it", required=False)
    mitigating = Ids(label="Mitigating", required=False, help_text="Claims and events, beside it; never subtracted.")
    rationale = Text(rows=4, label="Why")

    def says(self, framework: str, number: int) -> Finding:
        """The finding as filled in."""
        names = (
            "state", "declared", "support", "evidence", "agreement", "claims", "against", "mitigating", "rationale"
        )  # fmt: skip
        return Finding(framework=framework, number=number, **{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def shown(finding: Finding) -> dict[str, Any]:
        """A finding as the form shows it."""
        lists = {name: Ids.shown(getattr(finding, name)) for name in ("claims", "against", "mitigating")}
        return msgspec.structs.asdict(finding) | lists


class SummaryForm(Seen):
    """What leads a draft."""

    headline = Text(label="Headline", help_text="Attributed: X states that …")
    bottom_line = Text(
        rows=4, label="Bottom line", help_text="Two sentences: what may happen, to whom, where, how sure, until when."
    )
    since = Edtf(label="Since", required=False)
    review_date = Day(label="Review by", required=False, help_text="After this day it is stale, and says so.")
    review_note = Text(label="Note on the review date", required=False)
    forecast_note = Text(rows=2, label="Why no forecast stands here", required=False)
    edition_reason = Text(
        rows=2,
        label="Why this edition exists",
        required=False,
        help_text="Published. An update and a cancellation need it.",
    )

    NAMES: Final = ("headline", "bottom_line", "since", "review_date", "review_note", "forecast_note")

    def onto(self, draft: Draft) -> Draft:
        """A draft with what was filled in."""
        said = {name: self.cleaned_data[name] for name in self.NAMES}
        return msgspec.structs.replace(draft, **said, reason=self.cleaned_data["edition_reason"])

    @classmethod
    def shown(cls, draft: Draft) -> dict[str, Any]:
        """A draft as the form shows it."""
        return {name: getattr(draft, name) for name in cls.NAMES} | {"edition_reason": draft.reason}


class CarriedForm(Seen):
    """What a draft carries: nothing goes out that is not named here."""

    claims = Ids(label="Claims, in their order", required=False, rows=3)
    events = Ids(label="Events", required=False)
    figures = Ids(label="Figures", required=False)
    recommendations = Ids(label="Recommendations", required=False)
    map = forms.BooleanField(label="Show the situation's map", required=False)

    LISTS: Final = ("claims", "events", "figures", "recommendations")

    def onto(self, draft: Draft) -> Draft:
        """A draft with what was filled in."""
        lists = {name: self.cleaned_data[name] for name in self.LISTS}
        return msgspec.structs.replace(draft, **lists, map=self.cleaned_data["map"])

    @classmethod
    def shown(cls, draft: Draft) -> dict[str, Any]:
        """A draft as the form shows it."""
        return {name: Ids.shown(getattr(draft, name)) for name in cls.LISTS} | {"map": draft.map}


class ChangeForm(Seen):
    """A change from the edition before, as a reader is told of it."""

    targets = Ids(label="What changed", help_text="As C07, stage-7, headline, level, REC-1.")
    field = Text(label="In which respect")
    before = Text(rows=2, label="Before", required=False)
    after = Text(rows=2, label="After", required=False)
    meaning = Text(label="What it means")
    why = Text(label="Why, as far as is known", required=False)

    def says(self) -> Change:
        """The change as filled in."""
        said = self.cleaned_data
        names = ("targets", "field", "before", "after", "meaning")
        return Change(**{name: said[name] for name in names}, reason=said["why"])


class FlagForm(Seen):
    """Something that a careful reader should know."""

    severity = forms.ChoiceField(choices=[(each, each) for each in ("low", "medium", "high")])
    text = Text(rows=2, label="What a careful reader should know")
    claims = Ids(label="About", required=False)

    def says(self) -> Flag:
        """The flag as filled in."""
        said = self.cleaned_data
        return Flag(severity=said["severity"], text=said["text"], claims=said["claims"])


class CommentForm(forms.Form):
    """A comment pinned to a section of a draft."""

    section = forms.ChoiceField(
        label="About", required=False,
        choices=[("", "the whole"), *((each, each) for each in (
            "headline", "bottom line", "level", "stages", "claims", "map", "figures", "recommendations", "changes",
        ))],
    )  # fmt: skip
    text = Text(rows=3, label="What should be changed, or what you ask")


class NextForm(forms.Form):
    """An update or a cancellation: why, and until when the update holds."""

    reason = Text(rows=2, label="Why", help_text="It is published.")
    review_date = Day(label="Review by", required=False)
