"""What somebody may fill in."""

from __future__ import annotations

from typing import Any

from django import forms

from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Subscription
from tocsin.warn.deliver.addressing import check_mail_address
from tocsin.warn.deliver.choices import languages, situations

LEVELS = (
    ("none", "Any level"),
    ("watch", "Watch and above"),
    ("warning", "Warning and above"),
    ("emergency", "Emergency only"),
)


class Wants(forms.Form):
    """What somebody wants to be told."""

    situations = forms.MultipleChoiceField(
        label="Situations", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Tick none to be told of every situation, those to come included.",
    )  # fmt: skip
    level = forms.ChoiceField(
        label="From which level on", choices=LEVELS, initial="none",
        help_text="What becomes of a warning that you got is always sent: also when it is lowered or withdrawn.",
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label="Languages", required=False, widget=forms.CheckboxSelectMultiple, help_text="Tick none for any language."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("situations", situations()), ("languages", languages())):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]

    def wants(self, before: Subscription | None = None) -> Subscription:
        """What was chosen; what the form does not ask stays as it was."""
        said = self.cleaned_data
        return Subscription(
            channel="mail",
            situations=tuple(said.get("situations", ())),
            level=said["level"],
            languages=tuple(said.get("languages", ())),
            tests=before.tests if before else False,
        )


class Subscribe(Wants):
    """An address, and what somebody wants to be told there."""

    address = forms.CharField(
        label="Your e-mail address", max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )  # fmt: skip
    field_order = ("address", "situations", "level", "languages")

    def clean_address(self) -> str:
        """An address that can be used, or what is wrong with it."""
        try:
            return check_mail_address(self.cleaned_data["address"])
        except TocsinError as error:
            raise forms.ValidationError(f"{error.problem.capitalize()}. {error.remedy}.") from error
