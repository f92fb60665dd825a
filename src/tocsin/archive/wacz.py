"""WACZ 1.1.1: a WARC with its index and list of pages in one zip that a viewer opens without unpacking.

What is packed already (WARC, index) is stored as it is, so that a viewer can read a record by its place in the
zip.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tocsin.archive.warc import Entry

WACZ_VERSION = "1.1.1"
WACZ_MIME = "application/wacz"
_LINES_A_BLOCK = 1024


def pack_wacz(
    path: Path,
    *,
    warc: Path,
    entries: Sequence[Entry],
    url: str,
    title: str,
    text: str,
    at: datetime,
    software: str,
) -> None:
    """Write a WACZ of one page.

    url:   the page's address as it was shown
    text:  what the page says, for a viewer's search
    at:    the instant of the capture, UTC
    """
    page = {"id": "page-1", "url": url, "ts": _iso(at), "title": title, "text": text}
    header = {"format": "json-pages-1.0", "id": "pages", "title": "Captured page", "hasText": True}
    index, places = _index(entries, warc.name)
    parts: list[tuple[str, bytes | Path, int]] = [
        (f"archive/{warc.name}", warc, zipfile.ZIP_STORED),
        ("indexes/index.cdx.gz", index, zipfile.ZIP_STORED),
        ("indexes/index.idx", places, zipfile.ZIP_DEFLATED),
        ("pages/pages.jsonl", _lines(header, page), zipfile.ZIP_DEFLATED),
    ]
    with zipfile.ZipFile(path, "w") as wacz:
        resources = []
        for name, data, packing in parts:
            _write(wacz, name, data, packing, at)
            sha256, size = _weigh(data)
            short = name.rpartition("/")[2]
            resources.append({"name": short, "path": name, "hash": f"sha256:{sha256}", "bytes": size})
        package = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": title,
            "created": _iso(at),
            "software": software,
            "mainPageUrl": url,
            "mainPageDate": _iso(at),
            "resources": resources,
        }
        described = json.dumps(package, ensure_ascii=False, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
        _write(wacz, "datapackage.json", described, zipfile.ZIP_DEFLATED, at)
        _write(wacz, "datapackage-digest.json", json.dumps(digest, indent=2).encode(), zipfile.ZIP_DEFLATED, at)


def _index(entries: Sequence[Entry], warc_name: str) -> tuple[bytes, bytes]:
    """A CDXJ index in gzip blocks, and the list of where each block begins."""
    lines = sorted(_index_line(entry, warc_name) for entry in entries)
    blocks, places, offset = [], ['!meta 0 {"format":"cdxj-gzip-1.0","filename":"index.cdx.gz"}'], 0
    for start in range(0, len(lines), _LINES_A_BLOCK):
        some = lines[start : start + _LINES_A_BLOCK]
        block = gzip.compress("".join(f"{line}\n" for line in some).encode(), mtime=0)
        key = some[0].partition(" {")[0]
        place = {
            "offset": offset,
            "length": len(block),
            "digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
            "filename": "index.cdx.gz",
        }
        places.append(f"{key} {json.dumps(place)}")
        blocks.append(block)
        offset += len(block)
    return b"".join(blocks), "".join(f"{line}\n" for line in places).encode()


def _index_line(entry: Entry, warc_name: str) -> str:
    told: dict[str, Any] = {"url": entry.url, "mime": entry.mime}
    if entry.status is not None:
        told["status"] = str(entry.status)
    told |= {
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": warc_name,
    }
    return f"{sort_key(entry.url)} {entry.at:%Y%m%d%H%M%S} {json.dumps(told)}"


def sort_key(url: str) -> str:
    """A URL so turned that the pages of one site stand together: "org,example)/path?query", in lower case."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    host = re.sub(r"^www\d*\.", "", parts.hostname.lower())
    turned = ",".join(reversed(host.split(".")))
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    query = "?" + "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    path = parts.path.lower() or "/"
    return f"{turned}{port}){path.rstrip('/') or '/'}{query}"


def _lines(*documents: dict[str, Any]) -> bytes:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode()


def _write(wacz: zipfile.ZipFile, name: str, data: bytes | Path, packing: int, at: datetime) -> None:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = packing
    entry.external_attr = 0o644 << 16
    if isinstance(data, bytes):
        wacz.writestr(entry, data)
        return
    with data.open("rb") as source, wacz.open(entry, "w", force_zip64=data.stat().st_size > 2**31) as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)


def _weigh(data: bytes | Path) -> tuple[str, int]:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest(), len(data)
    with data.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest(), data.stat().st_size


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
