"""What somebody showed to be who they say: read from their session, or proved by a code.

Views and the API give what they get here to `warn.actions.sign_off` and `warn.actions.issue` as `proof=`, on every
desk: these refuse a proof that is too old. A view lets SecondFactorError pass: the gate then asks for the factor, and
goes on with the request where it stopped.
"""

from __future__ import annotations

import datetime
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.http import HttpRequest

from tocsin.core.rules.second_factor import Method, Proof, SecondFactorError, check_proof
from tocsin.records.models import Person
from tocsin.web.sign_in.forms import spend

METHODS: Final[dict[str, Method]] = {"totp": "totp", "webauthn": "passkey", "recovery_codes": "recovery_code"}

ATTEMPTS: Final = 5
"""Wrong codes of one person within five minutes, after which none is looked at."""


def find_proof(request: HttpRequest) -> Proof | None:
    """The second factor that was shown last in this session, or None, which the actions refuse."""
    shown: list[dict[str, Any]] = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    proofs = [
        Proof(method=METHODS[record["type"]], at=datetime.datetime.fromtimestamp(record["at"], datetime.UTC))
        for record in shown
        if record.get("method") == "mfa" and record.get("type") in METHODS
    ]
    return proofs[-1] if proofs else None


def get_proof(request: HttpRequest, act: str) -> Proof:
    """The same, when it is enough for an act now, as `warn.sign_off`. Raises SecondFactorError."""
    now = datetime.datetime.now(datetime.UTC)
    return check_proof(find_proof(request), person=str(request.user), act=act, at=now)


def prove_by_code(person: Person, code: str, at: datetime.datetime) -> Proof:
    """The proof that a code of an authenticator app, or a recovery code, gives; it is spent by it.

    For the API and for commands, where nothing was shown at sign-in. Raises SecondFactorError when the code is wrong,
    was used before, or too many were wrong.
    """
    key = f"wrong-codes:{person.pk}"
    if cache.get(key, 0) >= ATTEMPTS:
        raise SecondFactorError(f"too many wrong codes of {person.username}", remedy="Wait five minutes")
    for authenticator in person.authenticator_set.exclude(type="webauthn"):
        wrapped = authenticator.wrap()
        if wrapped.validate_code(code):
            if isinstance(wrapped, TOTP):
                spend(wrapped, code)
            authenticator.record_usage()
            cache.set(key, 0, timeout=300)
            return Proof(method=METHODS[authenticator.type], at=at)
    if not cache.add(key, 1, timeout=300):
        cache.incr(key)
    raise SecondFactorError(
        f"this is no code of {person.username}, or it was used before", remedy="Wait for the next one, and type it"
    )
