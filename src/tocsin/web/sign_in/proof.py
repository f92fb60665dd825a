"""What somebody showed to be who they say: read from their session."""

from __future__ import annotations

import datetime
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from tocsin.core.rules.second_factor import Method, Proof

METHODS: Final[dict[str, Method]] = {"totp": "totp", "webauthn": "passkey", "recovery_codes": "recovery_code"}


def find_proof(request: HttpRequest) -> Proof | None:
    """The second factor that was shown last in this session, or None.

    Give it to `warn.actions.sign_off` and `warn.actions.issue` as `proof=`; they refuse when it is missing or too old.
    `/account/factors/reauthenticate/?next=...` asks for it anew.
    """
    shown: list[dict[str, Any]] = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    for record in reversed(shown):
        method = METHODS.get(record.get("type", "")) if record.get("method") == "mfa" else None
        if method:
            return Proof(method=method, at=datetime.datetime.fromtimestamp(record["at"], datetime.UTC))
    return None
