"""Open connections only to addresses that may be reached, and only until a deadline.

A name is resolved once, the answer is checked, and the connection goes to the checked number itself: a name
server that gives another answer a moment later (DNS re-binding) is never asked again. Redirects come through
here too.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2
import httpx2

from tocsin.archive.fetch.addresses import find_refusal
from tocsin.archive.fetch.errors import AddressError

Resolve = Callable[[str, int], list[str]]


def resolve_by_system(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, as the system's resolver tells them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore2.NetworkBackend):
    """Resolve, check, connect. `deadline_s` is on the monotonic clock; no read or write outlives it."""

    def __init__(self, allow_hosts: Iterable[str], resolve: Resolve = resolve_by_system) -> None:
        self.deadline_s = float("inf")
        self._allow_hosts = frozenset(host.lower() for host in allow_hosts)
        self._resolve = resolve
        self._sockets = httpcore2.SyncBackend()

    def remaining_s(self, timeout: float | None) -> float:
        """The timeout, cut short by the deadline. Raises httpcore2.ReadTimeout once it has passed."""
        left = self.deadline_s - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first checked address that answers. Raises AddressError when none may be reached."""
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in self._checked(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self.remaining_s(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self)
        raise failure or httpcore2.ConnectError(f"{host} has no address")

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"the name {host} cannot be resolved ({error})") from None
        if host.lower() in self._allow_hosts:
            return addresses
        refusals = {address: find_refusal(address) for address in addresses}
        allowed = [address for address, refusal in refusals.items() if refusal is None]
        if refusals and not allowed:
            told = ", ".join(f"{address} is {refusal}" for address, refusal in refusals.items())
            raise AddressError(
                f"refused: {told}",
                where=host,
                remedy="If the desk should reach it all the same, name the host in [archive] allow_hosts.",
            )
        return allowed

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        """Never: a socket on this machine is not an address of the world."""
        raise AddressError("refused: a local socket")

    def sleep(self, seconds: float) -> None:
        """Not used: waiting is the fetcher's business."""
        raise NotImplementedError


class _TimedStream(httpcore2.NetworkStream):
    """A connection whose every read and write ends at the deadline, however slowly the other side drips."""

    def __init__(self, inner: httpcore2.NetworkStream, backend: GuardedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.remaining_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.remaining_s(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._backend.remaining_s(timeout))
        return _TimedStream(inner, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedTransport(httpx2.BaseTransport):
    """httpx2's way to the network, over the guarded backend and no proxy."""

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            network_backend=backend,
            keepalive_expiry=15.0,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        with _in_httpx_words():
            answer = self._pool.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx2.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Any:
        with _in_httpx_words():
            yield from self._inner

    def close(self) -> None:
        if hasattr(self._inner, "close"):
            self._inner.close()


@contextlib.contextmanager
def _in_httpx_words() -> Any:
    """httpcore2's failures as httpx2's: what a caller of httpx2 expects to catch."""
    try:
        yield
    except httpcore2.ConnectTimeout as error:
        raise httpx2.ConnectTimeout(str(error) or "no connection in time") from error
    except httpcore2.ConnectError as error:
        raise httpx2.ConnectError(str(error) or "no connection") from error
    except httpcore2.TimeoutException as error:
        raise httpx2.ReadTimeout(str(error) or "no answer in time") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise httpx2.RemoteProtocolError(str(error) or "the connection broke off") from error
