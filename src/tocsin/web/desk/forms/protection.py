"""Forms for what the desk must know and must not tell: a witness, what they agreed to, a remark, why somebody looks."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from tocsin.core.model.protected import ConfidentialNote, Consent, Witness
from tocsin.web.desk.forms.fields import Day, Ids, Lines, Text

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


class WithdrawForm(forms.Form):
    """Withdrawing consent cannot be undone: whoever does it says that they know."""

    sure = forms.BooleanField(label="They ask for it. What they told is made unreadable for good.")
