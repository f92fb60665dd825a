"""Forms for what a warning's map shows: the whole, a layer of it; and for a figure with its rivals."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from django import forms

from tocsin.core.dates import DateError, check_edtf
from tocsin.core.model.assessment import Estimate, Figure
from tocsin.core.model.claims import Quantity
from tocsin.core.model.map_spec import MapLayerSpec, MapSpec
from tocsin.web.desk.forms.fields import Citations, Edtf, Ids, Lines, Names, Seen, Text
from tocsin.web.desk.forms.situations import Countries

ROLES: Final = (
    ("concerned", "concerned: tinted, because a province is all that is known"),
    ("contested", "contested: hatched, with every name and who says what"),
    ("town", "towns: a dot and all names"),
)

_NUMBER = re.compile(r"(\d{1,3}(?:[ ,\u202f\u00a0]\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s+\S{1,12})?")


class MapForm(Seen):
    """What holds for a map as a whole."""

    title = Text(label="Title", max_length=300)
    credit = Text(
        label="Credit",
        max_length=500,
        help_text="Whose shapes they are, and who chose them; without it no edition is issued.",
    )
    as_of = Edtf(label="The date that shapes and names are meant for", required=False)
    countries = Countries(
        label="Countries in and around", max_length=200, help_text="Quiet land, named. ISO codes: ARM AZE GEO."
    )
    not_shown = Lines(label="What the map leaves out, in sentences", required=False, help_text="Printed under the map.")

    FIELDS: Final = ("title", "credit", "as_of", "countries", "not_shown")

    def onto(self, spec: MapSpec | None) -> MapSpec:
        """A map with what was filled in; its layers stay."""
        said = {name: self.cleaned_data[name] for name in self.FIELDS}
        return msgspec.structs.replace(spec, **said) if spec else MapSpec(**said)

    @classmethod
    def shown(cls, spec: MapSpec) -> dict[str, Any]:
        """A map as the form shows it."""
        return {
            "title": spec.title,
            "credit": spec.credit,
            "as_of": spec.as_of,
            "countries": " ".join(spec.countries),
            "not_shown": Lines.shown(spec.not_shown),
        }


class LayerForm(Seen):
    """Shapes that are drawn and explained alike: provinces by their code, towns by their position."""

    role = forms.ChoiceField(label="What it shows", choices=ROLES)
    label = Text(label="What the legend says", max_length=300, help_text="A sentence without a full stop.")
    units = forms.MultipleChoiceField(
        label="Provinces and districts", required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.MultipleChoiceField(label="Towns", required=False, widget=forms.CheckboxSelectMultiple)
    names = Names(label="All names of a contested area", required=False)
    claimants = Lines(label="Who says what about whose it is", required=False, rows=2)
    boundary_status = forms.ChoiceField(
        label="Its boundary is",
        required=False,
        choices=[("", "not said"), *((each, each) for each in ("agreed", "contested", "undelimited"))],
    )
    valid = Edtf(label="When the shapes hold", required=False)
    precision = Text(label="How precise it is", required=False, max_length=60, help_text="As province, district, town.")
    source = Text(
        label="Who made the shapes or gave the positions",
        required=False,
        max_length=500,
        help_text="Empty for shapes that come with Tocsin.",
    )

    FIELDS: Final = ("role", "label", "names", "claimants", "boundary_status", "valid", "precision", "source")

    def __init__(
        self, *args: Any, units: list[Any], places: list[tuple[str, str]], said_elsewhere: bool = False, **more: Any
    ) -> None:
        """said_elsewhere: another contested layer of the map says who regards the area as whose."""
        super().__init__(*args, **more)
        self._said_elsewhere = said_elsewhere
        for name, listed in (("units", units), ("places", places)):
            if listed:
                self.fields[name].choices = listed  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A contested area is never drawn under one name alone, and without those who say whose it is."""
        said = super().clean() or self.cleaned_data
        if said.get("role") == "contested":
            if not said.get("claimants") and not self._said_elsewhere:
                self.add_error("claimants", "A contested area says who regards it as whose.")
            if not said.get("boundary_status"):
                self.add_error("boundary_status", "A contested area says so of its boundary.")
        if not said.get("units") and not said.get("places"):
            self.add_error("label", "A layer shows something: tick a province or a town.")
        return said

    def says(self, id: str) -> MapLayerSpec:
        """The layer as filled in."""
        said = self.cleaned_data
        drawn = {name: tuple(said.get(name, ())) for name in ("units", "places")}
        return MapLayerSpec(id=id, **drawn, **{name: said[name] for name in self.FIELDS})

    @classmethod
    def shown(cls, layer: MapLayerSpec) -> dict[str, Any]:
        """A layer as the form shows it."""
        own = {name: getattr(layer, name) for name in cls.FIELDS}
        written = {"names": Names.shown_names(layer.names), "claimants": Lines.shown(layer.claimants)}
        return own | {"units": layer.units, "places": layer.places} | written


class Estimates(forms.CharField):
    """Estimates, one a line: what is said, by whom, where it stands, as of when."""

    def __init__(self, **more: Any) -> None:
        more.setdefault(
            "help_text",
            "One a line: the number in words | who gives it | its sources, with semicolons between them | as of. "
            "215 km² | the foreign ministry of Armenia | S01, paragraph 3 | 2024-02",
        )
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), **more)
        self.known: frozenset[str] | None = None

    def clean(self, value: Any) -> Any:
        """The estimates, each with whoever gives it."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return tuple(self._estimate(number, line) for number, line in enumerate(lines, start=1))

    def _estimate(self, number: int, line: str) -> Estimate:
        text, by, source, as_of = ([part.strip() for part in line.split("|")] + [""] * 4)[:4]
        if not text or not by:
            raise forms.ValidationError(f"Line {number} says a number and who gives it: 215 km² | the ministry")
        cited = Citations(required=False)
        cited.known = self.known
        try:
            check_edtf(as_of)
        except DateError as error:
            raise forms.ValidationError(f"Line {number}: {error}") from error
        alone = _NUMBER.fullmatch(text)  # more words than a number and its unit are left to the reader
        best = float(re.sub(r"[ ,\u202f\u00a0]", "", alone[1])) if alone else None
        return Estimate(
            quantity=Quantity(text=text, best=best), by=by, sources=cited.clean(source.replace(";", "\n")), as_of=as_of
        )

    @staticmethod
    def shown(estimates: tuple[Estimate, ...]) -> str:
        """Estimates as they are written in the field."""
        return "\n".join(
            " | ".join((each.quantity.text, each.by, Citations.shown(each.sources).replace("\n", "; "), each.as_of))
            for each in estimates
        )


class FigureForm(Seen):
    """A figure with its rivals, side by side."""

    label = Text(label="What is counted or measured", max_length=300)
    estimates = Estimates(label="Who says how much")
    contested = forms.BooleanField(label="The numbers are in dispute", required=False)
    claims = Ids(label="Claims it rests on", required=False)

    def clean(self) -> dict[str, Any]:
        """A contested figure is never shown alone."""
        said = super().clean() or self.cleaned_data
        if said.get("contested") and len(said.get("estimates") or ()) < 2:
            self.add_error("estimates", "A figure in dispute stands beside at least one rival.")
        return said

    def says(self, id: str, before: Figure | None = None) -> Figure:
        """The figure as filled in; what an estimate of the same words said besides, it still says."""
        said = self.cleaned_data
        kept = {(each.quantity.text, each.by): each for each in before.estimates} if before else {}
        estimates = tuple(
            msgspec.structs.replace(there, sources=each.sources, as_of=each.as_of)
            if (there := kept.get((each.quantity.text, each.by))) else each
            for each in said["estimates"]
        )  # fmt: skip
        return Figure(
            id=id, label=said["label"], claims=said["claims"], contested=said["contested"], estimates=estimates
        )

    @classmethod
    def shown(cls, figure: Figure) -> dict[str, Any]:
        """A figure as the form shows it."""
        return {
            "label": figure.label,
            "estimates": Estimates.shown(figure.estimates),
            "contested": figure.contested,
            "claims": Ids.shown(figure.claims),
        }
