"""Seal captures and the custody log with trusted timestamps from the desk's authorities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tocsin.archive.errors import ArchiveError
from tocsin.archive.fetch import Fetcher
from tocsin.archive.settings import TimestampAuthority
from tocsin.archive.store import Archive
from tocsin.archive.timestamp import request_stamp


def seal(
    archive: Archive,
    fetcher: Fetcher,
    authorities: Sequence[TimestampAuthority],
    sha256s: Sequence[str],
    *,
    desk: Path,
    clock: Callable[[], datetime],
    by: str,
) -> list[str]:
    """Have each authority stamp each capture that it has not stamped yet, and then the log's head.

    The head's stamp covers the whole history up to it: a log cut short or written anew no longer contains it.
    An authority that fails stops nothing; gives what could not be stamped and why, one sentence each.
    """
    failures = []
    scratch = archive.folder / "downloads" / "timestamp"
    for authority in authorities:
        todo = [sha256 for sha256 in sha256s if not _is_sealed(archive, sha256, authority)]
        try:
            for sha256 in todo:
                stamp = request_stamp(fetcher, authority, sha256, desk=desk, scratch=scratch)
                archive.keep_stamp(stamp, at=clock(), by=by)
            if todo:
                head = request_stamp(fetcher, authority, archive.log.head(), desk=desk, scratch=scratch)
                archive.keep_stamp(head, at=clock(), by=by)
        except ArchiveError as error:
            failures.append(f"not timestamped by {authority.url}: {error}")
    return failures


def _is_sealed(archive: Archive, sha256: str, authority: TimestampAuthority) -> bool:
    refs = [event.timestamp_token_ref for event in archive.custody(sha256) if event.timestamp_token_ref]
    return any(archive.stamp(ref).authority == authority.url for ref in refs)
