"""Forms of inviting, and of the password that the invited set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from tocsin.core.rules.roles import MEANING, ROLES
from tocsin.records.models import Record


class Invite(forms.Form):
    """Who is invited, and as what."""

    username = forms.CharField(
        label="Name at the desk", max_length=150, validators=[UnicodeUsernameValidator()],
        help_text="Short, and for good: what they decide is signed with it",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(label="Name", max_length=200, help_text="As it may be published")
    email = forms.EmailField(label="E-mail address", required=False, help_text="If the desk may write to them")
    role = forms.ChoiceField(label="Role", choices=[(role, f"{role}: {MEANING[role]}") for role in ROLES])
    situation = forms.ChoiceField(label="In", required=False)
    reason = forms.CharField(label="Why", max_length=400, required=False)

    def __init__(self, *args: Any, situations: list[Record], **more: Any) -> None:
        super().__init__(*args, **more)
        known = [(each.key, each.key) for each in situations]
        self.fields["situation"].choices = [("", "every situation"), *known]  # type: ignore[attr-defined]


class NewPassword(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label="Password", strip=False, max_length=1000,
        help_text="At least 12 characters; four or five words that do not belong together are good",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="The same again", strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        said = super().clean() or {}
        if said.get("password") != said.get("again"):
            self.add_error("again", "The two are not the same.")
        return said
