"""Undo a Content-Encoding without ever holding, or writing, more than the cap allows. No network."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from tocsin.archive.fetch.errors import TooLargeError, UnexpectedAnswerError
from tocsin.archive.files import CHUNK, write_all

ACCEPTED = "gzip, deflate"


def decode_file(source: Path, encoding: str, *, max_bytes: int, to: Path | None, where: str) -> tuple[str, int]:
    """Decode a file as it came over the wire; SHA-256 and size in bytes of what it holds.

    encoding: the Content-Encoding header, empty or "identity" for none
    to:       where to write what it holds; None to look only
    Raises TooLargeError past `max_bytes`, UnexpectedAnswerError for a broken or unknown encoding.
    """
    hasher = hashlib.sha256()
    size = 0
    out = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644) if to else None
    try:
        for piece in _pieces(source, encoding.strip().lower(), where):
            size += len(piece)
            if size > max_bytes:
                raise TooLargeError(
                    f"it unpacks to more than {max_bytes:,} bytes, so it was dropped",
                    where=where,
                    remedy="If it is meant to be so large, raise the cap for this source.",
                )
            hasher.update(piece)
            if out is not None:
                write_all(out, piece)
    finally:
        if out is not None:
            os.close(out)
    return hasher.hexdigest(), size


def _pieces(source: Path, encoding: str, where: str) -> Iterator[bytes]:
    with source.open("rb") as stream:
        if encoding in ("", "identity"):
            while chunk := stream.read(CHUNK):
                yield chunk
            return
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise UnexpectedAnswerError(f"it came packed as {encoding!r}, which was not asked for", where=where)
        yield from _inflate(iter(lambda: stream.read(65536), b""), encoding, where)


def _inflate(chunks: Iterator[bytes], encoding: str, where: str) -> Iterator[bytes]:
    """gzip (with several members) and deflate (with or without its zlib wrapping), a bounded piece at a
    time.
    """
    first = next(chunks, b"")
    if encoding != "deflate":
        window = 31
    else:
        window = 15 if len(first) > 1 and int.from_bytes(first[:2]) % 31 == 0 and first[0] & 15 == 8 else -15
    inflater = zlib.decompressobj(window)
    data = first
    try:
        while True:
            if not data:
                data = next(chunks, b"")
                if not data:
                    yield inflater.flush()
                    break
            if inflater.eof:
                inflater = zlib.decompressobj(window)
            piece = inflater.decompress(data, CHUNK)
            data = inflater.unconsumed_tail or inflater.unused_data
            if piece:
                yield piece
    except zlib.error as error:
        raise UnexpectedAnswerError(f"its packing is broken ({error})", where=where) from None
    if first and not inflater.eof:
        raise UnexpectedAnswerError("its packing breaks off before its end", where=where)
