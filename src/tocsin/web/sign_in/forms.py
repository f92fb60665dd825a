"""Forms of sign-in in our words, and codes that are good once."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.core.cache import cache
from django.forms import Form


class SignIn(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Name at the desk"
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        self.fields["password"].label = "Password"
        self.fields["password"].help_text = ""
        plain(self)


class _Once(Form):
    """A code that was used is spent for as long as it would be taken.

    The library remembers it for one period, and takes codes of the periods before and after as well.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator = self.authenticator.wrap()  # type: ignore[attr-defined]
        if isinstance(authenticator, TOTP):
            spend(authenticator, code)
        return code


class ShowCode(_Once, AuthenticateForm):  # type: ignore[misc]
    """The code of an authenticator app, or a recovery code, at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)


class ShowCodeAgain(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The same, of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)


class SetUpApp(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)
        self.fields["code"].help_text = "The six digits that the app shows now"


class AddKey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "What you call it"
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = "It is a passkey: it can stand for my name and password"
            self.fields["passwordless"].help_text = ""


def spend(authenticator: TOTP, code: str) -> None:
    """Remember that a code was used, until no clock would take it any more."""
    periods = 2 * app_settings.TOTP_TOLERANCE + 2
    cache.set(authenticator._get_used_cache_key(code), "y", timeout=periods * app_settings.TOTP_PERIOD)


def plain(form: Form) -> None:
    """Take the placeholders away: a label says it, and stays."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def _code_field(form: Form) -> None:
    plain(form)
    form.fields["code"].label = "Code"
    form.fields["code"].help_text = "The six digits that your authenticator app shows, or one of your recovery codes"
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}
