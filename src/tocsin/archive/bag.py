"""Hand evidence over: a BagIt bag (RFC 8493) that an expert checks with sha256sum, bash and openssl alone.

BAG/
  README.txt                 what is here and how to check it, in plain words, with the commands
  bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
  data/items/                the captured bytes, named by their SHA-256
  data/items.tsv             each item's file, size, kind, origin and address on one line
  data/origins/              origin sidecars
  data/custody.jsonl         every custody event about these items, as it stands in the log
  data/custody-chain.txt     the chain of the whole log as digests; other items' events stay private
  data/stamps/               timestamps: request (.tsq), answer with its certificates (.tsr), root (.pem)
"""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tocsin import __version__
from tocsin.archive.bag_readme import readme
from tocsin.archive.custody import GENESIS, CustodyEvent, chain_after, decode_event, event_digest
from tocsin.archive.errors import ArchiveError
from tocsin.archive.files import CHUNK, refusals_said
from tocsin.archive.origin import encode_origin
from tocsin.archive.store import Archive, Capture
from tocsin.archive.timestamp import Stamp

_EXTENSIONS = {"application/wacz": ".wacz", "application/warc": ".warc.gz", "application/octet-stream": ""}
_MIMES = mimetypes.MimeTypes()
_COLUMNS = ("file", "bytes", "media_type", "title", "producer", "licence", "source_url", "retrieved_at")


class BagError(ArchiveError):
    """The bag cannot be made there."""


@dataclass(frozen=True)
class BagStamp:
    """A timestamp in the bag: its number, what it stamped (an item's file or a state of the log), and
    itself.
    """

    number: int
    item: str
    stamp: Stamp


@dataclass
class _Bag:
    """A bag being written: every file's SHA-256 is taken from the bytes that were written."""

    folder: Path
    payload: dict[str, tuple[str, int]] = field(default_factory=dict)
    tags: dict[str, tuple[str, int]] = field(default_factory=dict)

    def write(self, name: str, chunks: Iterator[bytes]) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        hasher, size = hashlib.sha256(), 0
        with file.open("xb") as out:
            for chunk in chunks:
                out.write(chunk)
                hasher.update(chunk)
                size += len(chunk)
        files = self.payload if name.startswith("data/") else self.tags
        files[name] = (hasher.hexdigest(), size)

    def write_text(self, name: str, text: str) -> None:
        self.write(name, iter([text.encode()]))


def export_bag(archive: Archive, sha256s: Sequence[str], to: Path, *, at: datetime, by: str, reason: str) -> Path:
    """Make a bag of these captures in the folder `to`, which must not exist; the log records that they were
    copied.

    Every byte is verified on its way out, and nothing appears at `to` until the bag is whole.
    Raises BagError, NotKeptError, DamagedError, CannotKeepError.
    """
    if to.exists():
        raise BagError("something is there already", where=str(to), remedy="Name a folder that does not exist yet.")
    if not sha256s:
        raise BagError("no captures were named", where=str(to), remedy="Name at least one SHA-256.")
    wanted = list(dict.fromkeys(sha256s))
    captures = [archive.capture(sha256) for sha256 in wanted]
    part = to.with_name(f".{to.name}.part")
    try:
        with refusals_said(to):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            bag = _Bag(part)
            _write_payload(archive, bag, captures)
            _write_tags(bag, at=at, reason=reason)
            seal = bag.tags["tagmanifest-sha256.txt"][0]
            told = f"{reason} (bag with tag manifest sha256:{seal})"
            archive.record_copy(wanted, to=to.name, reason=told, at=at, by=by)  # rather told too often than never
            part.rename(to)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return to


def _write_payload(archive: Archive, bag: _Bag, captures: Sequence[Capture]) -> None:
    rows, refs = [], {}
    for capture in captures:
        name = f"items/{capture.sha256}{_extension(capture.mime)}"
        with archive.open(capture.sha256) as stream:
            bag.write(f"data/{name}", iter(lambda source=stream: source.read(CHUNK), b""))  # type: ignore[misc]
        if bag.payload[f"data/{name}"][0] != capture.sha256:
            raise BagError("the bytes changed while they were copied", where=str(capture.path))
        for event in archive.custody(capture.sha256):
            if event.origin_ref:
                refs[event.origin_ref] = archive.origin(event.origin_ref)
        origin = archive.origins(capture.sha256)[0]
        told = (
            capture.byte_size,
            capture.mime,
            origin.title,
            origin.producer,
            origin.licence,
            origin.source_url,
        )
        rows.append((name, *told, f"{origin.retrieved_at:%Y-%m-%dT%H:%M:%SZ}"))
    bag.write_text("data/items.tsv", _table([_COLUMNS, *rows]))
    for ref, origin in refs.items():
        bag.write(f"data/origins/{ref}.json", iter([encode_origin(origin)]))
    shown = {capture.sha256: row[0] for capture, row in zip(captures, rows, strict=True)}
    stamps = _write_custody(archive, bag, shown)
    bag.write_text("README.txt", readme(stamps, has_wacz=any(c.mime == "application/wacz" for c in captures)))


def _write_custody(archive: Archive, bag: _Bag, shown: dict[str, str]) -> list[BagStamp]:
    """The events about the items in full, the whole chain as digests, and the stamps on items and chain."""
    chain, chain_lines, event_lines = GENESIS, [], []
    seals: list[tuple[str, CustodyEvent]] = []
    heads: set[str] = set()
    for number, line in enumerate(archive.log.lines(), start=1):
        event, digest = decode_event(line), event_digest(line)
        if event.sha256 in shown or (event.event == "sealed" and event.sha256 in heads):
            event_lines.append(line + b"\n")
            if event.event == "sealed":
                seals.append((shown.get(event.sha256, ""), event))
        chain = chain_after(chain, digest)
        heads.add(chain)
        chain_lines.append(f"{number} {digest} {chain}\n".encode())
    bag.write("data/custody.jsonl", iter(event_lines))
    bag.write("data/custody-chain.txt", iter(chain_lines))
    stamps = []
    for number, (item, event) in enumerate(seals, start=1):
        stamp = archive.stamp(event.timestamp_token_ref)
        stamps.append(BagStamp(number, item, stamp))
        bag.write(f"data/stamps/{number}.tsq", iter([stamp.request]))
        bag.write(f"data/stamps/{number}.tsr", iter([stamp.response]))
        bag.write_text(f"data/stamps/{number}.root.pem", stamp.root_pem)
    return stamps


def _write_tags(bag: _Bag, *, at: datetime, reason: str) -> None:
    n_bytes = sum(size for _, size in bag.payload.values())
    bag.write_text("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    bag.write_text(
        "bag-info.txt",
        f"External-Description: {' '.join(reason.split())}\n"
        f"Bagging-Date: {at:%Y-%m-%d}\n"
        f"Bag-Software-Agent: tocsin {__version__}\n"
        f"Payload-Oxum: {n_bytes}.{len(bag.payload)}\n",
    )
    bag.write_text("manifest-sha256.txt", _manifest(bag.payload))
    bag.write_text("tagmanifest-sha256.txt", _manifest(bag.tags))


def _manifest(files: dict[str, tuple[str, int]]) -> str:
    return "".join(f"{sha256}  {name}\n" for name, (sha256, _) in sorted(files.items()))


def _table(rows: Sequence[Sequence[object]]) -> str:
    return "".join("\t".join(" ".join(str(cell).split()) for cell in row) + "\n" for row in rows)


def _extension(mime: str) -> str:
    known = _EXTENSIONS.get(mime)
    return known if known is not None else _MIMES.guess_extension(mime) or ""
