"""Forms for what the desk must know and must not tell: a witness, what they agreed to, a remark, why somebody looks."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms

from tocsin.core.model.protected import ConfidentialNote, Consent, Handling, Witness
from tocsin.web.desk.forms.fields import Day, Ids, Lines, Seen, Text

_ABOUT = re.compile(r"[a-z-]+/[A-Za-z0-9._-]+")


class About(forms.CharField):
    """Records of the situation: `claim/C01 place/goris`."""

    def clean(self, value: Any) -> Any:
        """The records, each once."""
        found = tuple(dict.fromkeys(super().clean(value).replace(",", " ").split()))
        for each in found:
            if not _ABOUT.fullmatch(each):
                raise forms.ValidationError(f"{each!r} names no record. Write kind/key: claim/C01")
        return found


class WitnessForm(forms.Form):
    """Somebody who told the desk."""

    name = Text(label="Name", max_length=300)
    other_names = Lines(label="Also known as", required=False, rows=1, help_text="Kept out of what is published, too.")
    contact = Text(label="How to reach them, and how not to", required=False, rows=2)
    role = Text(label="How they know", required=False, max_length=300)
    safety = Text(label="Who might harm them, and what was agreed to prevent it", required=False, rows=2)
    about = About(label="About", required=False, max_length=400, help_text="Kept in clear: claim/C01 place/goris.")

    def says(self) -> Witness:
        """The witness as filled in."""
        said = self.cleaned_data
        return Witness(**{name: said[name] for name in ("name", "other_names", "contact", "role", "safety")})


class RemarkForm(forms.Form):
    """A remark that only those with the role may read."""

    text = Text(label="Remark", rows=3)
    about = About(label="About", required=False, max_length=400, help_text="Kept in clear: claim/C01 place/goris.")

    def says(self) -> ConfidentialNote:
        """The remark as filled in."""
        return ConfidentialNote(text=self.cleaned_data["text"])


class ConsentForm(forms.Form):
    """What a witness agreed to."""

    scope = forms.MultipleChoiceField(
        label="They agree that it is",
        choices=[
            ("archive", "kept"), ("share", "shown to named partners"), ("publish", "published, without their name"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    informed = forms.BooleanField(
        label="They were told what it is for, what may follow, and that they may say no", required=False
    )
    claims = Ids(label="Claims that rest on what they told", required=False)
    taken_date = Day(label="When they were asked")
    lang = Text(label="In which language", max_length=12, initial="en", help_text="Its code: en, hy, fr.")

    def says(self, by: str) -> Consent:
        """The consent as filled in."""
        said = self.cleaned_data
        return Consent(
            informed=said["informed"], scope=tuple(said["scope"]), claims=said["claims"], taken_by=by,
            taken_date=said["taken_date"], lang=said["lang"],
        )  # fmt: skip


class HandlingForm(Seen):
    """How some records are to be handled before anything of them goes out."""

    about = About(label="About", max_length=4_000, help_text="Claims, places, a warning: claim/C01 place/goris.")
    caveat = Text(label="What whoever works with them must know", required=False, rows=2)
    embargo_until = Day(
        label="Nothing of it is issued before", required=False, help_text="Leave it empty to lift an embargo."
    )
    embargo_reason = Text(label="Why it waits", required=False, max_length=1_000)
    coarsen_km = forms.FloatField(
        label="A place is shown to a grid of, in km", required=False, min_value=0.1, max_value=500,
        help_text="Whoever reads the warning cannot tell it closer than this.",
    )  # fmt: skip
    population = forms.IntegerField(
        label="How many people live there", required=False, min_value=0, help_text="Where few live, the grid is wider."
    )
    dates_to = forms.ChoiceField(
        label="Claims about it are dated", required=False,
        choices=[("", "as they are recorded"), ("month", "to the month"), ("year", "to the year")],
    )  # fmt: skip

    NAMES: Final = ("about", "caveat", "embargo_until", "embargo_reason", "coarsen_km", "population", "dates_to")

    def clean(self) -> None:
        """An embargo says why; and a handling says something."""
        said = self.cleaned_data
        if said.get("embargo_until") and not said.get("embargo_reason"):
            self.add_error("embargo_reason", "Say why it waits: whoever wants to issue it will ask.")

    def says(self) -> Handling:
        """The handling as filled in."""
        return Handling(**{name: self.cleaned_data[name] for name in self.NAMES})

    @classmethod
    def shown(cls, handling: Handling) -> dict[str, Any]:
        """A handling as the form shows it."""
        return {name: getattr(handling, name) for name in cls.NAMES} | {"about": " ".join(handling.about)}


class WithdrawForm(forms.Form):
    """Withdrawing consent cannot be undone: whoever does it says that they know."""

    sure = forms.BooleanField(label="They ask for it. What they told is made unreadable for good.")
