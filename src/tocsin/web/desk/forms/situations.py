"""Forms about a situation: what it covers, who and where, what its inbox watches for, what people are asked to do."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from tocsin.core import geography
from tocsin.core.model.assessment import Party
from tocsin.core.model.judgement import SituationScope, Task, Watch
from tocsin.core.model.places import Place
from tocsin.core.vocabulary import load_codebook
from tocsin.web.desk.forms.fields import Day, Lines, Names, Seen, Text

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


def check_countries(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Country codes in capitals. Raises ValidationError for one that does not exist."""
    for code in codes:
        if geography.find_country(code.upper()) is None:
            raise forms.ValidationError(f"{code!r} is no country code of three letters (ISO 3166-1): ARM, AZE")
    return tuple(code.upper() for code in codes)


class Countries(forms.CharField):
    """ISO 3166-1 codes of three letters, with spaces between them."""

    def clean(self, value: Any) -> Any:
        """The codes; each is a country."""
        return check_countries(tuple(super().clean(value).replace(",", " ").split()))


class SituationForm(Seen):
    """A situation: what it is called, and what it covers."""

    title = Text(label="Title", help_text="Where, and between whom, without judging: Armenia: Syunik and Gegharkunik.")
    countries = Countries(label="Countries", max_length=200, help_text="ISO codes: ARM AZE.")
    places = forms.MultipleChoiceField(
        label="Places where people are said to be at risk", required=False, widget=forms.CheckboxSelectMultiple
    )
    alleged_perpetrators = forms.MultipleChoiceField(
        label="Alleged perpetrators", required=False, widget=forms.CheckboxSelectMultiple
    )
    groups_at_risk = forms.MultipleChoiceField(
        label="Groups at risk", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, listed in choices.items():
            if listed:
                self.fields[name].choices = listed  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def says(self) -> SituationScope:
        """The scope as filled in."""
        said = self.cleaned_data
        lists = ("places", "alleged_perpetrators", "groups_at_risk")
        return SituationScope(
            title=said["title"], countries=said["countries"], **{name: tuple(said.get(name, ())) for name in lists}
        )


class NewSituationForm(SituationForm):
    """A situation that is opened."""

    key = Text(label="Short name", max_length=80, help_text="Stands in addresses, for good: armenia-azerbaijan.")

    field_order = ("key", "title", "countries")

    def clean_key(self) -> str:
        """Small letters, digits and dashes."""
        key: str = self.cleaned_data["key"].strip()
        if not _KEY.fullmatch(key):
            raise forms.ValidationError("Use small letters, digits and dashes.")
        return key


def _actor_kinds() -> list[tuple[str, str]]:
    return list(load_codebook().actor_types.items())


class PartyForm(Seen):
    """Who is alleged to perpetrate, or said to be at risk, and who says so."""

    name = Text(label="Name", max_length=300)
    kind = forms.ChoiceField(label="Kind", choices=_actor_kinds)
    said_by = Text(label="Who gives it this role", help_text="Nobody is a perpetrator because we say so.")
    note = Text(label="Note", required=False)

    def says(self) -> Party:
        """The party as filled in."""
        said = self.cleaned_data
        return Party(name=said["name"], kind=said["kind"], said_by=said["said_by"], note=said["note"])


class GroupForm(PartyForm):
    """A group that is said to be at risk."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["kind"]

    def says(self) -> Party:
        """The group as filled in."""
        said = self.cleaned_data
        return Party(name=said["name"], kind="group", said_by=said["said_by"], note=said["note"])


class PlaceForm(Seen):
    """A place with all its names, and who uses which."""

    names = Names(label="Names")
    kind = forms.ChoiceField(
        label="Kind", choices=[(kind, kind) for kind in ("province", "district", "town", "area", "country")]
    )
    country = Text(label="Regarded as part of", required=False, max_length=3, help_text="ISO code: ARM.")
    code = Text(label="ISO 3166-2 code", required=False, max_length=10, help_text="For a province: AM-SU.")
    contested = forms.BooleanField(label="Its name, status or line is in dispute", required=False)
    status_note = Text(rows=2, label="Whose it is regarded to be, and who says otherwise", required=False)

    def clean_country(self) -> str:
        """One country, or none."""
        code: str = self.cleaned_data["country"]
        return check_countries((code,))[0] if code else ""

    def says(self, id: str) -> Place:
        """The place as filled in."""
        said = self.cleaned_data
        if said["contested"] and not said["status_note"]:
            self.add_error("status_note", "A contested place says whose it is regarded to be, and who says otherwise.")
        names = ("names", "kind", "country", "code", "contested", "status_note")
        return Place(id=id, **{name: said[name] for name in names})


class WatchForm(forms.Form):
    """What an inbox is shown of what sources collect."""

    words = Lines(
        label="Words, any of them", help_text="One a line, in every language of the sources. Syuni* finds any ending."
    )
    without = Lines(rows=1, label="But none of these", required=False)
    sources = Lines(rows=1, label="Only from these sources", required=False, help_text="Names as feeds, pages; or all.")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def says(self) -> Watch:
        """The watch as filled in."""
        said = self.cleaned_data
        return Watch(words=said["words"], without=said["without"], sources=said["sources"])

    @staticmethod
    def shown(watch: Watch) -> dict[str, str]:
        """A watch as the form shows it."""
        return {name: Lines.shown(getattr(watch, name)) for name in ("words", "without", "sources")}


class TaskForm(forms.Form):
    """What somebody at the desk is asked to do."""

    text = Text(label="What is to be done", max_length=400)
    given_to = forms.ChoiceField(label="By whom")
    due = Day(label="Until", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["given_to"].choices = people  # type: ignore[attr-defined]

    def says(self, id: str) -> Task:
        """The task as filled in."""
        said = self.cleaned_data
        return Task(id=id, text=said["text"], given_to=said["given_to"], due=said["due"])
