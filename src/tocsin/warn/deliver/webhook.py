"""What a webhook is sent, and its signature. Pure. The headers are those of Standard Webhooks, so that a receiver finds
a library for them.

    webhook-id         of this delivery, the same in every attempt: whoever has it already answers 200 and forgets it
    webhook-timestamp  seconds since 1970, of this attempt
    webhook-signature  v1,BASE64( HMAC-SHA256( secret, id.timestamp.body ) )
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.edition import Edition
from tocsin.publish.addresses import edition_url, warning_url

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """A new secret, as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def body(edition: Edition, sha256: str) -> bytes:
    """What happened, and where to read it: enough to decide whether to fetch the edition, and to verify it then."""
    issue, content = edition.issue, edition.content
    kind = {"Alert": "issued", "Update": "updated", "Cancel": "cancelled"}[issue.message_type]
    return canonical_bytes(
        {
            "type": f"warning.{kind}",
            "timestamp": issue.issued_at,
            "data": {
                "warning": issue.warning,
                "edition": issue.edition,
                "identifier": issue.identifier,
                "message_type": issue.message_type,
                "status": issue.status,
                "level": content.level.declared,
                "level_declared_by": content.level.declared_by,
                "situation": content.situation.id,
                "countries": list(content.situation.countries),
                "language": content.language,
                "headline": content.headline,
                "bottom_line": content.bottom_line,
                "reason": issue.reason,
                "supersedes": [each.identifier for each in issue.supersedes],
                "sha256": sha256,
                "url": edition_url(issue),
                "edition_url": edition_url(issue, "edition.json"),
                "cap_url": edition_url(issue, "alert.cap.xml"),
                "warning_url": warning_url(edition),
            },
        }
    )


def headers(secret: str, id: str, data: bytes, at: datetime) -> dict[str, str]:
    """The headers that say what this is and sign it."""
    timestamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, id, timestamp, data),
    }


def signature(secret: str, id: str, timestamp: str, data: bytes) -> str:
    """The signature of an attempt."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{id}.{timestamp}.".encode() + data, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
