"""WARC 1.1: what was asked and what was answered, byte for byte, in a file that any web archive reads.

Each record is a gzip member of its own. Payload and block digests are written for every record, so that
`warcio check` or any other reader proves the file without us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from tocsin.archive.fetch import Exchange

WARC_MIME = "application/warc"

# A body is kept unchunked, as HTTP libraries deliver it. The header that says otherwise is renamed.
_RENAMED = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where a record lies in the file: what an index line needs. offset and length in bytes."""

    url: str
    at: datetime
    mime: str
    status: int | None
    digest: str
    offset: int
    length: int


class WarcFile:
    """A WARC file being written; `entries` tells where each response and resource lies."""

    def __init__(self, path: Path, *, software: str, at: datetime) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self._out: BinaryIO = path.open("wb")
        self._writer = WARCWriter(self._out, gzip=True, warc_version="1.1")
        info = self._writer.create_warcinfo_record(path.name, {"software": software, "format": "WARC File Format 1.1"})
        info.rec_headers.replace_header("WARC-Date", warc_date(at))
        self._writer.write_record(info)

    def __enter__(self) -> WarcFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()

    def add_exchange(self, exchange: Exchange, body: BinaryIO) -> str:
        """Write a response and its request; the response's WARC-Record-ID."""
        length = body.seek(0, 2)
        body.seek(0)
        status_line = f"{exchange.status} {exchange.reason}".strip()
        head = StatusAndHeaders(status_line, _archived(exchange.response_headers), protocol=exchange.http_version)
        told = {"WARC-Date": warc_date(exchange.at)}
        if exchange.ip_address:
            told["WARC-IP-Address"] = exchange.ip_address
        response = self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=body,
            length=length,
            http_headers=head,
            warc_headers_dict=dict(told),
        )
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = StatusAndHeaders(f"{exchange.method} {target} HTTP/1.1", exchange.request_headers, is_http_request=True)
        request = self._writer.create_warc_record(
            exchange.url, "request", http_headers=asked, warc_headers_dict=dict(told)
        )
        record_id = response.rec_headers.get_header("WARC-Record-ID")
        request.rec_headers.add_header("WARC-Concurrent-To", record_id)
        mime = next((value for name, value in exchange.response_headers if name.lower() == "content-type"), "")
        self._write(response, exchange.url, exchange.at, mime, exchange.status)
        self._writer.write_record(request)
        return str(record_id)

    def add_resource(self, url: str, data: bytes, mime: str, at: datetime) -> str:
        """Write something that was made rather than sent, such as a screenshot; its WARC-Record-ID."""
        record = self._writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(data),
            length=len(data),
            warc_content_type=mime,
            warc_headers_dict={"WARC-Date": warc_date(at)},
        )
        self._write(record, url, at, mime, None)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def _write(self, record: object, url: str, at: datetime, mime: str, status: int | None) -> None:
        offset = self._out.tell()
        self._writer.write_record(record)
        digest = record.rec_headers.get_header("WARC-Payload-Digest")  # type: ignore[attr-defined]
        self.entries.append(
            Entry(
                url=url,
                at=at,
                mime=mime.partition(";")[0].strip() or "unk",
                status=status,
                digest=digest,
                offset=offset,
                length=self._out.tell() - offset,
            )
        )


def warc_date(at: datetime) -> str:
    """An instant in UTC as WARC 1.1 writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def _archived(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(_RENAMED.get(name.lower(), name), value) for name, value in headers]
