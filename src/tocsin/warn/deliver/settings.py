"""What desk.toml says of delivering. Without `[mail]` nothing is sent by e-mail; without `[websub]` no hub is told.

[mail]
host = "smtp.example.org"
port = 587
security = "starttls"            # or "tls" (port 465); "none" only to this machine
user = "desk"                    # the password: TOCSIN_MAIL_PASSWORD, or private/mail-password (mode 0600)
sender = "warnings@example.org"  # whom messages are from
reply_to = "desk@example.org"

[websub]
hub = "https://hub.example.org/"

[webhooks]
allow_hosts = ["127.0.0.1"]      # hosts that may be reached on a private network: for tests

[work]
publish_every_h = 24             # so that a warning past its review date says so
[work.collect]                   # sources that run by themselves, and every so many hours
reliefweb = 6
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder

T = TypeVar("T")

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class DeliverSettingsError(TocsinError):
    """desk.toml says something about delivering that cannot be used."""


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[mail]`."""

    host: str
    sender: str
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    reply_to: str = ""
    timeout_s: Annotated[float, Meta(gt=0)] = 30.0


class WebSubSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[websub]`."""

    hub: str


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[webhooks]`; holds for the hub as well."""

    allow_hosts: tuple[str, ...] = ()
    timeout_s: Annotated[float, Meta(gt=0)] = 20.0


class WorkSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[work]`: what comes round by itself, in hours."""

    publish_every_h: Annotated[float, Meta(gt=0)] = 24.0
    collect: dict[str, Annotated[float, Meta(gt=0)]] = {}


def mail_settings(desk: DeskFolder) -> MailSettings | None:
    """How the desk sends e-mail; None when it does not. Raises DeliverSettingsError."""
    found = _section(desk, "mail", MailSettings)
    if found is None:
        return None
    for name in ("sender", "reply_to"):
        address = getattr(found, name)
        if (address or name == "sender") and not _ADDRESS.fullmatch(address):
            raise _error(desk, "mail", f"`{name}` is no e-mail address")
    if found.security == "none" and found.host not in THIS_MACHINE:
        raise _error(desk, "mail", "messages would travel unencrypted", 'Write security = "starttls" or "tls"')
    return found


def mail_password(desk: DeskFolder, from_environment: str) -> str:
    """The password for the mail server: what the environment says, else what the private file does; else none."""
    if from_environment:
        return from_environment
    path = desk.folder / "private" / "mail-password"
    if not path.exists():
        return ""
    if path.stat().st_mode & 0o077:
        raise DeliverSettingsError(
            "others could read the mail password", where=str(path), remedy=f"chmod 600 {path}"
        )  # fmt: skip
    return path.read_text("utf-8").strip()


def websub_settings(desk: DeskFolder) -> WebSubSettings | None:
    """The hub that is told when feeds change, or None. Raises DeliverSettingsError."""
    return _section(desk, "websub", WebSubSettings)


def webhook_settings(desk: DeskFolder) -> WebhookSettings:
    """How webhooks are reached. Raises DeliverSettingsError."""
    return _section(desk, "webhooks", WebhookSettings) or WebhookSettings()


def work_settings(desk: DeskFolder) -> WorkSettings:
    """What comes round by itself. Raises DeliverSettingsError."""
    return _section(desk, "work", WorkSettings) or WorkSettings()


def subscribe_url(desk: DeskFolder) -> str:
    """Where people subscribe, confirm, choose and leave: pages of the desk, not of the published site."""
    address = desk.section("web").get("address") or desk.settings.url
    return f"{str(address).rstrip('/')}/follow/"


def _section(desk: DeskFolder, name: str, kind: type[T]) -> T | None:
    table = desk.section(name)
    if not table:
        return None
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise _error(desk, name, str(error)) from error


def _error(desk: DeskFolder, name: str, text: str, remedy: str = "See docs/how-to/deliver-warnings") -> TocsinError:
    return DeliverSettingsError(f"[{name}]: {text}", where=str(desk.settings_path), remedy=remedy)
