"""Captured documents to text, language and origin.

    bytes --decoding, page, pdf--> text --language--> tag --near_duplicates, origins--> groups that share an
    origin

Everything here is a function of bytes and limits: no network, no clock, no file. What a document claims about
itself (title, date, encoding) is kept as its claim; what was lost or left is said in `notes`. A document that
is broken or costs more than its `Limits` raises `UnreadableError`; its bytes stay in the archive, unread.

`tables.emit_documents` puts it together for a run. `document.read_document` is pure and quick, for documents
one trusts not to crash a parser. `reader.DocumentReader` does the same in a process of its own with limits of
time and memory, for documents from strangers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.collect.emitted import Emitted, Input, Progress

if TYPE_CHECKING:
    from tocsin.archive import Archive
    from tocsin.collect.source import Source


def emit(
    source: Source,
    inputs: Sequence[Input],
    into: Path,
    *,
    settings: Mapping[str, str],
    archive: Archive,
    at: datetime,
    last_good: Callable[[str], Sequence[Path]],
    progress: Progress,
) -> Emitted:
    """What a run of a source with kind = "documents" writes; see `documents.tables` for the columns."""
    # Loaded here: whoever needs only safe XML should not wait half a second for the readers of pages.
    from tocsin.collect.documents.tables import emit_documents

    return emit_documents(inputs, into, at=at, last_good=last_good, progress=progress)
