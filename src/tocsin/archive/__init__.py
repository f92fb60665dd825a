"""Bytes in, kept like evidence.

On disk, an archive is a folder that a person can read without us:

    archive/
      custody.jsonl          what happened: one event a line, each line chained to all before it (custody.py)
      bytes/ab/abcd…         captured bytes; the name is their SHA-256, the folder its first two characters
      origins/12/12ef…       origin sidecars in JSON, named by their own SHA-256; the log ties them to bytes
      stamps/98/98aa…        trusted timestamps (RFC 3161): request, answer and certificates in one JSON file
      downloads/             downloads under way, so that the next attempt takes up where one broke off
      incoming/              additions under way; what a kill leaves is no evidence, and is swept a day later
      lock                   held by the one who writes

Nothing is kept until the log says so, and the log says so last: bytes and sidecar are flushed to the disk and
in their places before the line that speaks of them is written. A kill or a power cut at any step therefore
leaves a capture whole or not at all. Nothing is ever overwritten; reading verifies first.

    from tocsin.archive import Archive, Origin

    archive = Archive(desk / "archive")
    capture = archive.add_file(path, origin=origin, at=now, by="an analyst")
    with archive.open(capture.sha256) as stream:    # verified before it is handed out
        ...

The one way to the network is `tocsin.archive.fetch`.
"""

from tocsin.archive.adding import Addition
from tocsin.archive.custody import Circumstances, CustodyEvent
from tocsin.archive.errors import ArchiveError, CannotKeepError, DamagedError, NotKeptError, OriginError
from tocsin.archive.origin import Origin
from tocsin.archive.store import Archive, Capture
from tocsin.archive.verifying import Finding

__all__ = [
    "Addition",
    "Archive",
    "ArchiveError",
    "CannotKeepError",
    "Capture",
    "Circumstances",
    "CustodyEvent",
    "DamagedError",
    "Finding",
    "NotKeptError",
    "Origin",
    "OriginError",
]
