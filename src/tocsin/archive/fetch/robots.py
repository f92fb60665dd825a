"""robots.txt as RFC 9309 reads it: the group for our name, the longest matching rule, `*` and `$`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

MAX_BYTES = 500 * 1024


@dataclass
class Robots:
    """What a site asks of a robot: rules as (allowed, pattern), and seconds between requests when it says
    so.
    """

    rules: list[tuple[bool, str]] = field(default_factory=list)
    crawl_delay_s: float | None = None

    def allows(self, path: str) -> bool:
        """Whether a path (with its query) may be asked for: the longest rule decides, and a tie allows."""
        path = _normal(path or "/")
        best = max(
            ((len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, path)),
            default=None,
        )
        return best is None or best[1]


EVERYTHING = Robots()
NOTHING = Robots([(False, "/")])


def parse_robots(text: str, name: str) -> Robots:
    """The rules for a robot of that name: its own groups when there are any, else those for `*`."""
    groups: dict[str, Robots] = {}
    names: list[str] = []
    in_rules = False
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if in_rules:
                names, in_rules = [], False
            names.append(value.lower())
            groups.setdefault(value.lower(), Robots())
        elif key in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for one in names:
                _add_rule(groups[one], key, value)
    return groups.get(name.lower()) or groups.get("*") or Robots()


def _add_rule(group: Robots, key: str, value: str) -> None:
    if key == "crawl-delay":
        if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value):
            group.crawl_delay_s = float(value)
    elif value:
        group.rules.append((key == "allow", _normal(value)))


def _normal(path: str) -> str:
    """One spelling for a path, whichever of its characters came percent-encoded."""
    return quote(unquote(path, errors="surrogateescape"), safe="/?&=*$:;,@!~'()+%", errors="surrogateescape")


def _matches(pattern: str, path: str) -> bool:
    """Whether the pattern covers the path; written without backtracking, for a pattern that wants to cost
    time.
    """
    ends = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest):
        if ends and number == len(rest) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not ends or at == len(path)
