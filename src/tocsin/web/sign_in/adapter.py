"""Our rules for allauth: nobody signs up, and secrets of second factors are encrypted where they are kept."""

from __future__ import annotations

import datetime
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from tocsin.records.people.actions import note_factor
from tocsin.records.people.queries import has_second_factor


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """How somebody shows again that it is they: by the second factor, where there is one; else by the password."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if not user.is_authenticated or not has_second_factor(user):
            return ways
        said = {"mfa_reauthenticate": "Use the authenticator app or a recovery code"}
        return [
            {**way, "description": said.get(way["id"], "Use a passkey or security key")}
            for way in ways
            if way["id"] != "reauthenticate"
        ]


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. Whoever steals the database alone cannot make codes: the key lies in `private/`."""

    def get_totp_label(self, user: object) -> str:
        """The name at the desk; an address has no place in an authenticator app."""
        return str(user)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """The name that a new passkey is offered."""
        count = user.authenticator_set.filter(type=type).count()
        return "My key" if not count else f"My key {count + 1}"

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Called whenever somebody set up or removed a factor of their own: it goes on record."""
        change = template_prefix.rpartition("/")[2].replace("_", " ")
        note_factor(by=user, at=datetime.datetime.now(datetime.UTC), change=change)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def build_totp_svg(self, url: str) -> str:
        """The QR code as it can stand in a page."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it was."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tocsin second factors").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(urlsafe_b64encode(key))
