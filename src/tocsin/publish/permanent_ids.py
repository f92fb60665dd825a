"""Names that stay when an address does not: one tag URI (RFC 4151) per edition and one per warning.

    tag:desk.example.org,2026-11-23:GW-2023-10-ARM-AZE       the warning, dated by its first edition
    tag:desk.example.org,2026-11-23:GW-2023-10-ARM-AZE.v2    the edition, dated by its own issue

The authority is the desk's CAP sender, which is a domain-style name that does not change when the site moves.
"""

from __future__ import annotations

from urllib.parse import quote

from tocsin.core.model.edition import Issue


def namespace(desk_url: str) -> str:
    """Namespace of a desk's own terms, in feeds and linked data."""
    return f"{desk_url}/ns#"


def edition_id(issue: Issue) -> str:
    """The permanent name of an edition."""
    return _tag(issue, issue.issued_at, issue.identifier)


def warning_id(issue: Issue) -> str:
    """The permanent name of a warning, the same in each of its editions."""
    first = issue.supersedes[0].issued_at if issue.supersedes else issue.issued_at
    return _tag(issue, first, issue.warning)


def superseded_ids(issue: Issue) -> tuple[str, ...]:
    """The permanent names of all editions that this one replaces or withdraws, oldest first."""
    return tuple(_tag(issue, earlier.issued_at, earlier.identifier) for earlier in issue.supersedes)


def _tag(issue: Issue, instant: str, name: str) -> str:
    return f"tag:{quote(issue.desk.sender.lower(), safe='.-_@')},{instant[:10]}:{quote(name, safe='.-_')}"
