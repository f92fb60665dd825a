"""Forms about what follows a warning: what is asked of whom, what was seen of it, what is expected."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from tocsin.core.model.asks import Addressee, Recommendation, Response, SearchLog
from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.core.vocabulary import load_codebook
from tocsin.web.desk.forms.fields import Citations, Day, Edtf, Ids, Lines, Text

STATUSES: Final = [
    ("none", "none found"), ("announced", "announced"), ("partial", "partial"), ("implemented", "implemented"),
    ("reversed", "reversed"),
]  # fmt: skip


OUTCOMES: Final = [
    ("came_true", "it came true"), ("did_not", "it did not"), ("cannot_be_settled", "it cannot be settled"),
]  # fmt: skip


def _instruments() -> list[tuple[str, str]]:
    return [(each.id, each.label) for each in load_codebook().instruments]


class AskForm(forms.Form):
    """What is asked of whom, by which instrument."""

    made_by = Text(label="Who recommends")
    addressees = Lines(rows=2, label="Who is asked", help_text="One a line, with its kind: European Union | igo.")
    instrument = forms.ChoiceField(label="Instrument", choices=_instruments)
    action = Text(rows=3, label="What is asked")
    target = Text(label="Aimed at", required=False)
    purpose = Text(label="To what end", required=False, help_text="Only if it is stated.")
    claims = Ids(label="Rests on", required=False)

    def clean_addressees(self) -> tuple[Addressee, ...]:
        """Names with their kind of actor."""
        known = load_codebook().actor_types
        found = []
        for line in self.cleaned_data["addressees"]:
            name, _, kind = (part.strip() for part in line.partition("|"))
            if kind not in known:
                raise forms.ValidationError(f"{name}: say its kind after a bar, one of {', '.join(sorted(known))}.")
            found.append(Addressee(name=name, kind=kind))
        return tuple(found)

    def says(self, id: str, order: int) -> Recommendation:
        """The recommendation as filled in."""
        return Recommendation(id=id, order=order, **self.cleaned_data)


class ResponseForm(forms.Form):
    """A dated observation of what an addressee did, with its evidence; `none` with what was searched."""

    status = forms.ChoiceField(label="What was seen", choices=STATUSES, widget=forms.RadioSelect)
    as_of = Edtf(label="As of")
    by = Text(label="By which addressee", required=False, help_text="Where several were asked.")
    text = Text(rows=3, label="What it did", help_text="Attributed. For none: that nothing was found.")
    sources = Citations(label="Evidence", required=False, help_text="Anything but none cites a source.")
    attribution = forms.ChoiceField(
        label="Does it tie the act to the warning itself?", initial="unknown",
        choices=[("unknown", "not known"), ("claimed", "yes"), ("unclaimed", "no")],
    )  # fmt: skip
    searched_on = Edtf(label="Searched until", required=False)
    searched_where = Text(label="Where", required=False)
    searched_terms = Text(label="For which terms", required=False)
    searched_depth = Text(label="How far, and what was left out", required=False)

    def clean(self) -> dict[str, Any]:
        """What was filled in; the search log is asked for beside its fields, before the rules ask for it."""
        said = super().clean() or {}
        log = ("searched_on", "searched_where", "searched_terms")
        if said.get("status") == "none" and not all(said.get(name) for name in log):
            self.add_error("searched_on", "None means none found. Say when, where and for what was searched.")
        return said

    def says(self) -> Response:
        """The response as filled in."""
        said = self.cleaned_data
        search = None
        if said["searched_on"] or said["searched_where"]:
            search = SearchLog(
                date=said["searched_on"], where=said["searched_where"], terms=said["searched_terms"],
                depth=said["searched_depth"],
            )  # fmt: skip
        names = ("status", "as_of", "by", "text", "sources", "attribution")
        return Response(**{name: said[name] for name in names}, search=search)


class ExpectationForm(forms.Form):
    """A statement about the future that can be scored."""

    statement = Text(rows=2, label="What is expected", help_text="So that anybody could tell whether it came true.")
    percent = forms.FloatField(label="Probability, in per cent", min_value=0, max_value=100)
    window_from = Day(label="From")
    window_to = Day(label="Until, that day included")
    settled_by = Text(
        rows=2, label="How it will be settled", help_text="What will be looked at, and what counts as true."
    )
    claims = Ids(label="Rests on", required=False)

    def says(self, id: str, made_by: str) -> Expectation:
        """The expectation as filled in."""
        said = self.cleaned_data
        names = ("statement", "window_from", "window_to", "settled_by", "claims")
        own: dict[str, Any] = {name: said[name] for name in names}
        return Expectation(id=id, p=said["percent"] / 100, made_by=made_by, **own)


class SettlementForm(forms.Form):
    """How an expectation came out."""

    outcome = forms.ChoiceField(
        label="How it came out", widget=forms.RadioSelect,
        choices=OUTCOMES,
    )  # fmt: skip
    as_of = Day(label="As of")
    text = Text(rows=3, label="What was found", help_text="Attributed.")
    sources = Citations(label="Evidence", required=False)

    def says(self) -> Settlement:
        """The settlement as filled in."""
        return Settlement(**self.cleaned_data)
