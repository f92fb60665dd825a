"""Text as XML and CSV can carry it: what a format forbids is shown, not dropped.

XML 1.0 has no way to write most control characters, not even escaped. Each is replaced by the picture that
Unicode has for it (NUL by U+2400, ESC by U+241B), so that a reader sees that something stood there. Direction
marks, also the overriding ones, are text and stay.
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DELETE = 0x7F


def visible(text: str) -> str:
    """The text with every control character but tab and line ends shown as a sign of its own."""
    return _FORBIDDEN.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code == _DELETE:
        return "\u2421"
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
