"""How sign-in writes to people: by the mail server of `[mail]`, which delivers warnings too. Without it, not at all."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from tocsin.warn.desk import DeskFolder


def mail_of(desk: DeskFolder) -> dict[str, Any]:
    """Django's settings for e-mail; empty when the desk sends none. Raises DeliverSettingsError."""
    if find_spec("tocsin.warn.deliver") is None:
        return {}
    from tocsin.warn.deliver.settings import mail_password, mail_settings

    found = mail_settings(desk)
    if found is None:
        return {}
    return {
        "EMAIL_HOST": found.host,
        "EMAIL_PORT": found.port,
        "EMAIL_USE_TLS": found.security == "starttls",
        "EMAIL_USE_SSL": found.security == "tls",
        "EMAIL_HOST_USER": found.user,
        "EMAIL_HOST_PASSWORD": mail_password(desk, os.environ.get("TOCSIN_MAIL_PASSWORD", "")) if found.user else "",
        "EMAIL_TIMEOUT": found.timeout_s,
        "DEFAULT_FROM_EMAIL": found.sender,
    }
