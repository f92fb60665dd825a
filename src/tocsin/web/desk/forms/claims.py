"""Forms about claims: the claim itself, its grade, the other side."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from tocsin.core.model.claims import Claim, ClaimKind, Grade, Position, Quantity
from tocsin.core.model.sources import Link, Source
from tocsin.core.vocabulary import load_codebook
from tocsin.review.actions import UNGRADED
from tocsin.web.desk.forms.fields import Citations, Edtf, Lines, Seen, Text

KINDS: Final = [(kind, kind.replace("_", " ")) for kind in ClaimKind.__args__]  # type: ignore[attr-defined]


def indicator_choices() -> list[Any]:
    """The codebook's indicators by group, for a list to choose from."""
    codebook = load_codebook()
    return [
        (label, [(each.id, f"{each.id} {each.label}") for each in codebook.indicators if each.id.startswith(group)])
        for group, label in codebook.groups.items()
    ]


def stage_choices() -> list[tuple[int, str]]:
    """The ten stages, by number."""
    codebook = load_codebook()
    return [(n, f"{n} {stage.label}") for n in range(1, 11) if (stage := codebook.find_stage("ten-stages", n))]


class ClaimForm(Seen):
    """A claim: who says what, where, when, and what it would point to if it were true."""

    text = Text(
        rows=3, label="What is said", help_text="In our own words, as a statement, without who says it. One claim each."
    )
    asserted_by = Text(label="Who says it", help_text="The body or person who makes the claim.")
    kind = forms.ChoiceField(choices=KINDS, label="Kind", initial="fact")
    sources = Citations(label="Published in", help_text="One source a line, and where in it: S01, paragraph 3.")
    date = Edtf(label="When it happened", required=False)
    date_note = Text(label="Note on the date", required=False)
    places = forms.MultipleChoiceField(
        label="Where",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave empty if it is not located.",
    )
    speaker = Text(label="Who spoke", required=False, help_text="Where the asserter passes on another's words.")
    speaker_role = Text(label="Their role", required=False)
    named_source = Text(label="Source that it names", required=False, help_text="What the asserter says it rests on.")
    corroborated_by = Citations(label="Also said in", required=False)
    quantity_text = Text(label="Quantity, in words", required=False, help_text="With its unit: about 200 km².")
    low = forms.FloatField(label="Low", required=False)
    best = forms.FloatField(label="Best", required=False)
    high = forms.FloatField(label="High", required=False)
    unit = Text(label="Unit", required=False, help_text="km2, people, a (years).")
    indicators = forms.MultipleChoiceField(
        label="Indicators", required=False, choices=indicator_choices,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Of the codebook. A code means that it is claimed, never that it is established.",
    )  # fmt: skip
    stages = forms.TypedMultipleChoiceField(
        label="Stages", required=False, choices=stage_choices, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="Stages that it would support, were it true.",
    )  # fmt: skip
    contested = forms.BooleanField(label="Somebody with knowledge disputes it", required=False)
    context = Text(rows=2, label="Context", required=False, help_text="What a reader should know beside it.")
    check_next = Text(rows=2, label="What would settle it", required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], known: frozenset[str] | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["places"].choices = places  # type: ignore[attr-defined]
        self.fields["sources"].known = known  # type: ignore[attr-defined]
        self.fields["corroborated_by"].known = known  # type: ignore[attr-defined]

    def says(self, id: str, before: Claim | None = None) -> Claim:
        """The claim as filled in; what the form does not show stays as it was before."""
        said = self.cleaned_data
        quantity = None
        if said["quantity_text"]:
            quantity = Quantity(
                text=said["quantity_text"], low=said["low"], best=said["best"], high=said["high"], unit=said["unit"]
            )
        return Claim(
            id=id,
            **{name: said[name] for name in SHOWN},
            places=tuple(said["places"]),
            indicators=tuple(said["indicators"]),
            stages=tuple(sorted(said["stages"])),
            quantity=quantity,
            grade=UNGRADED,
            positions=before.positions if before else (),
            context_sources=before.context_sources if before else (),
            wording=before.wording if before else "seen",
        )

    @staticmethod
    def shown(claim: Claim) -> dict[str, Any]:
        """A claim as the form shows it."""
        quantity = claim.quantity
        return {
            **{name: getattr(claim, name) for name in SHOWN},
            "sources": Citations.shown(claim.sources),
            "corroborated_by": Citations.shown(claim.corroborated_by),
            "places": claim.places,
            "indicators": claim.indicators,
            "stages": claim.stages,
            "quantity_text": quantity.text if quantity else "",
            "low": quantity.low if quantity else None,
            "best": quantity.best if quantity else None,
            "high": quantity.high if quantity else None,
            "unit": quantity.unit if quantity else "",
        }


SHOWN: Final = (
    "text", "asserted_by", "kind", "sources", "date", "date_note", "speaker", "speaker_role", "named_source",
    "corroborated_by", "contested", "context", "check_next",
)  # fmt: skip
"""Fields of a claim that the form shows as they are."""


def _grades(which: str) -> list[tuple[str, str]]:
    return [(each.id, f"{each.id} {each.label}") for each in getattr(load_codebook(), which)]


class GradeForm(forms.Form):
    """An Admiralty grade: the source and this one report, apart."""

    source = forms.ChoiceField(label="The source", choices=lambda: _grades("source_grades"), widget=forms.RadioSelect)
    information = forms.ChoiceField(
        label="This report", choices=lambda: _grades("information_grades"), widget=forms.RadioSelect
    )
    reason = Text(rows=2, label="Why", help_text="Published with the grade.")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def says(self, *, by: str, on: str) -> Grade:
        """The grade as filled in."""
        said = self.cleaned_data
        return Grade(source=said["source"], information=said["information"], by=by, date=on, reason=said["reason"])


class PositionForm(forms.Form):
    """What another side says about a claim."""

    by = Text(label="Who holds it")
    text = Text(rows=3, label="What they say", help_text="Neutral verbs: says, states, denies.")
    sources = Citations(label="Published in", required=False)
    basis = forms.ChoiceField(
        label="Basis", initial="source",
        choices=[("source", "seen in the cited source"), ("general", "general knowledge, to be checked")],
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def says(self) -> Position:
        """The position as filled in."""
        said = self.cleaned_data
        return Position(by=said["by"], text=said["text"], sources=said["sources"], basis=said["basis"])


OF_A_SOURCE: Final = ("publisher", "title", "kind", "date", "lang", "origin", "perspective", "note")
"""Fields of a source that the form shows as they are."""


def _source_kinds() -> list[tuple[str, str]]:
    return [("", "not said"), *((each.id, each.label) for each in load_codebook().source_types)]


class SourceForm(Seen):
    """Where a statement was published."""

    publisher = Text(label="Publisher")
    title = Text(label="Title", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=_source_kinds)
    date = Edtf(label="Published", required=False)
    lang = Text(label="Language", initial="en", max_length=20, help_text="As a tag: en, hy, az, ru.")
    origin = Text(
        label="Whose reporting it carries", required=False,
        help_text="Sources that share an origin count once. Leave empty when it is the publisher's own.",
    )  # fmt: skip
    perspective = Text(label="Likely point of view", required=False, help_text="To weigh it, never to dismiss it.")
    links = Lines(label="Addresses", required=False, rows=2)
    note = Text(rows=2, label="Note", required=False)

    def says(self, id: str, before: Source | None = None) -> Source:
        """The source as filled in."""
        said = self.cleaned_data
        return Source(
            id=id,
            **{
                name: said[name]
                for name in ("publisher", "title", "kind", "date", "lang", "origin", "perspective", "note")
            },
            links=tuple(Link(url=url) for url in said["links"]),
            capture_sha256=before.capture_sha256 if before else None,
            date_note=before.date_note if before else "",
        )

    @staticmethod
    def shown(source: Source) -> dict[str, Any]:
        """A source as the form shows it."""
        return {name: getattr(source, name) for name in OF_A_SOURCE} | {
            "links": "\n".join(each.url for each in source.links)
        }
