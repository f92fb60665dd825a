"""Post bytes to an address of somebody else's choosing: once, to public addresses only, without following anything.

The connection is the one of `archive.fetch`: a name is resolved once, judged, and connected to by its number.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

import httpx2

from tocsin import __version__
from tocsin.archive.fetch import AddressError
from tocsin.archive.fetch.connect import GuardedBackend, GuardedTransport, Resolve, resolve_by_system
from tocsin.archive.fetch.retry import PASSING, retry_after_s
from tocsin.warn.deliver.outcome import Outcome
from tocsin.warn.deliver.settings import WebhookSettings

_SAID = 300
"""Bytes of an answer that are kept."""


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    settings: WebhookSettings,
    at: datetime,
    resolve: Resolve = resolve_by_system,
) -> Outcome:
    """Post once and say how it ended. Never raises for what the other side or the network does."""
    backend = GuardedBackend(settings.allow_hosts, resolve)
    backend.deadline_s = time.monotonic() + settings.timeout_s
    own = {"User-Agent": f"tocsin/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
    with httpx2.Client(
        transport=GuardedTransport(backend), trust_env=False, follow_redirects=False, timeout=settings.timeout_s
    ) as client:
        try:
            with client.stream("POST", url, content=body, headers={**own, **headers}) as response:
                return _answered(response, at)
        except AddressError as error:
            return Outcome("refused", error.problem)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            return Outcome("refused", f"this is no address: {error}")
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            return Outcome("later", f"no connection: {error}")
        except httpx2.TransportError as error:
            return Outcome("unsure", f"it was sent, and no answer came: {error}")


def _answered(response: httpx2.Response, at: datetime) -> Outcome:
    status = response.status_code
    said = f"{status} {response.reason_phrase}".strip()
    if 200 <= status < 300:
        return Outcome("sent", said)
    if status in PASSING or status >= 500:
        told = response.headers.get("retry-after", "")
        return Outcome("later", _with_body(said, response), retry_after_s(told, at) if told else None)
    return Outcome("refused", _with_body(said, response))


def _with_body(said: str, response: httpx2.Response) -> str:
    beginning = b""
    try:
        for chunk in response.iter_raw():
            beginning += chunk
            if len(beginning) >= _SAID:
                break
    except httpx2.TransportError:
        return said
    text = " ".join(beginning[:_SAID].decode("utf-8", "replace").split())
    return f"{said}: {text}" if text.isprintable() and text else said
