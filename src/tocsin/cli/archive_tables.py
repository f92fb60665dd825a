"""The tables that `tocsin archive show` prints."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import to_builtins
from rich.markup import escape
from rich.table import Table

from tocsin.archive import Archive, Capture, CustodyEvent, Origin


def list_table(archive: Archive, captures: Sequence[Capture]) -> Table:
    """One line for each capture."""
    table = Table(box=None, pad_edge=False)
    for name in ("SHA-256", "bytes", "media type", "collected", "title"):
        table.add_column(name, justify="right" if name == "bytes" else "left")
    for capture in captures:
        first = archive.custody(capture.sha256)[0]
        collected = f"{first.event_at:%Y-%m-%d %H:%M}"
        title = escape(archive.origin(first.origin_ref).title)
        table.add_row(capture.sha256[:12], f"{capture.byte_size:,}", escape(capture.mime), collected, title)
    return table


def origin_table(origin: Origin) -> Table:
    """What an origin says, a line for each thing it says."""
    table = Table(box=None, show_header=False, title="Origin", title_justify="left", pad_edge=False)
    for name, value in to_builtins(origin).items():
        if value:
            said = "; ".join(value) if isinstance(value, list) else str(value)
            table.add_row(name.replace("_", " "), escape(said))
    return table


def custody_table(events: Sequence[CustodyEvent]) -> Table:
    """What happened, a line for each event."""
    table = Table(box=None, title="Custody", title_justify="left", pad_edge=False)
    for name in ("at", "event", "by", "reason"):
        table.add_column(name)
    for event in events:
        at = f"{event.event_at:%Y-%m-%d %H:%M:%S}Z"
        table.add_row(at, event.event, escape(event.event_by), escape(event.event_reason))
    return table
