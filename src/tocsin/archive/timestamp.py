"""Trusted timestamps (RFC 3161): a third party signs that it saw a hash at an instant.

The authority sees the hash and nothing else. Request, answer and root certificate are kept together, so that
the stamp can be verified without the authority, without network and, exported, with `openssl ts` alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response

from tocsin.archive.errors import ArchiveError
from tocsin.archive.fetch import Fetcher
from tocsin.archive.settings import TimestampAuthority

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier: id-sha256, no parameters
_CERTIFICATES = 0xA0  # the tag of SignedData.certificates
_WORDS = ("granted", "granted with changes", "rejected", "waiting", "revocation warning", "revoked")


class TimestampError(ArchiveError):
    """No timestamp, or one that does not hold."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A timestamp as it is kept: DER as base64, the authority's root as PEM.

    sha256: what was stamped; nonce: the number that ties the answer to the request; stamped_at: in UTC
    """

    authority: str
    sha256: str
    nonce: str
    stamped_at: datetime
    request: bytes
    response: bytes
    root_pem: str


def encode_stamp(stamp: Stamp) -> bytes:
    """The stamp as an indented JSON file."""
    return msgspec.json.format(msgspec.json.encode(stamp), indent=2) + b"\n"


def decode_stamp(raw: bytes, *, where: str) -> Stamp:
    """Read a kept stamp. Raises TimestampError when it is not one."""
    try:
        return msgspec.json.decode(raw, type=Stamp)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise TimestampError(f"this is not a kept timestamp: {error}", where=where) from None


def request_stamp(fetcher: Fetcher, authority: TimestampAuthority, sha256: str, *, desk: Path, scratch: Path) -> Stamp:
    """Ask an authority to stamp a hash, and verify what it answers before believing it.

    desk:    the folder from which the authority's root certificate is named
    scratch: a file that the answer is downloaded to; gone afterwards
    Raises TimestampError, FetchError.
    """
    root_pem = _read_root(desk / authority.root, authority)
    nonce = secrets.randbits(63) | 1 << 62
    request = encode_request(sha256, nonce)
    try:
        fetcher.post(
            authority.url,
            to=scratch,
            content=request,
            media_type="application/timestamp-query",
            expect=("application/timestamp-reply",),
        )
        response = scratch.read_bytes()
    finally:
        scratch.unlink(missing_ok=True)
    answer = _decode_response(response, authority.url)
    if answer.status != 0:
        said = _WORDS[answer.status] if answer.status < len(_WORDS) else str(answer.status)
        raise TimestampError(f"the authority answers: {said} {answer.status_string}", where=authority.url)
    stamp = Stamp(
        authority=authority.url,
        sha256=sha256,
        nonce=str(nonce),
        stamped_at=answer.tst_info.gen_time,
        request=request,
        response=response,
        root_pem=root_pem,
    )
    verify_stamp(stamp, sha256)
    return stamp


def verify_stamp(stamp: Stamp, sha256: str, *, roots_pem: Sequence[str] = ()) -> datetime:
    """The instant at which the authority saw this hash, UTC; no network.

    roots_pem: roots that are trusted; the one kept with the stamp when none is given
    Raises TimestampError unless hash, nonce, signature, chain and purpose of the certificate all hold.
    """
    answer = _decode_response(stamp.response, stamp.authority)
    builder = VerifierBuilder().nonce(int(stamp.nonce))
    for pem in roots_pem or [stamp.root_pem]:
        for certificate in x509.load_pem_x509_certificates(pem.encode()):
            builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify(answer, bytes.fromhex(sha256))
    except Exception as error:  # a hostile certificate makes its reader raise almost anything; none of it is a yes
        raise TimestampError(
            f"this timestamp does not hold: {error}",
            where=stamp.authority,
            remedy="Check that the root certificate in desk.toml is the authority's own.",
        ) from None
    if answer.tst_info.gen_time != stamp.stamped_at:
        raise TimestampError("the kept instant is not the one that was signed", where=stamp.authority)
    return answer.tst_info.gen_time


def encode_request(sha256: str, nonce: int) -> bytes:
    """A TimeStampReq in DER: version 1, the hash, a nonce, and the wish for the certificates."""
    imprint = _der(0x30, _SHA256 + _der(0x04, bytes.fromhex(sha256)))
    number = _der(0x02, nonce.to_bytes(nonce.bit_length() // 8 + 1))
    return _der(0x30, _der(0x02, b"\x01") + imprint + number + _der(0x01, b"\xff"))


def _der(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content  # nothing here reaches 128 bytes, where a length needs more


def in_der_order(response: bytes) -> bytes:
    """The same answer with its certificates in the order that DER asks for and many authorities do not keep.

    The certificates lie outside what is signed, so their order proves and disproves nothing; the reader we use
    insists on it. Bytes that are no such answer come back as they are.
    """
    try:
        _status, token = _children(response, 0)
        _kind, wrapped = _children(response, token)
        (signed_data,) = _children(response, wrapped)
        for element in _children(response, signed_data):
            if response[element] == _CERTIFICATES:
                begin, end = _content(response, element)
                parts = sorted(response[at : _content(response, at)[1]] for at in _children(response, element))
                return response[:begin] + b"".join(parts) + response[end:]
    except (IndexError, ValueError):
        pass
    return response


def _content(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of the element at `start` begins and ends."""
    length, begin = data[start + 1], start + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[start + 2 : begin])
    if begin + length > len(data):
        raise ValueError("an element reaches past the end")
    return begin, begin + length


def _children(data: bytes, start: int) -> list[int]:
    """Where each element inside the element at `start` begins."""
    at, stop = _content(data, start)
    found = []
    while at < stop:
        found.append(at)
        at = _content(data, at)[1]
    return found


def _decode_response(raw: bytes, where: str) -> TimeStampResponse:
    try:
        answer = decode_timestamp_response(in_der_order(raw))
        if answer.status == 0:
            _ = answer.tst_info, answer.signed_data
    except Exception as error:
        raise TimestampError(f"the answer is not a timestamp that can be read: {error}", where=where) from None
    return answer


def _read_root(file: Path, authority: TimestampAuthority) -> str:
    try:
        pem = file.read_text("ascii")
        x509.load_pem_x509_certificates(pem.encode())
    except (OSError, ValueError) as error:
        raise TimestampError(
            f"its root certificate cannot be read: {error}",
            where=str(file),
            remedy=f"Save the root certificate of {authority.url} there, as PEM.",
        ) from None
    return pem
