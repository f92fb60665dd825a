"""Bytes to characters, when the encoding claimed may be a lie.

A byte-order mark is believed first; then UTF-8, when the bytes are valid UTF-8 with any character beyond
ASCII, since that does not happen by accident; then what the server, and then what the document itself claims.
A claim that does not fit is reported with the number of characters lost, never passed over; a text of which
more than a tenth would be lost is refused. Encodings whose Python decoder computes instead of looking up
(punycode, unicode_escape, idna) are not on the list, so a claim cannot select them.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from tocsin.collect.documents.limits import UnreadableError

# The names of the WHATWG Encoding Standard that still occur, with the decoder a browser would use for each.
_DECODERS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("ascii", "us-ascii", "latin1", "iso-8859-1", "windows-1252", "cp1252", "ansi"), "cp1252"),
    **{f"{prefix}{n}": f"cp{n}" for n in range(1250, 1259) for prefix in ("windows-", "cp") if n != 1252},
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("koi8-r", "koi8"), "koi8-r"),
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "ibm866": "cp866",
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc-jp"),
    "iso-2022-jp": "iso2022-jp",
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "windows-949"), "cp949"),
    **dict.fromkeys(("utf-16", "utf-16le", "ucs-2", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CLAIMS = (
    re.compile(rb"""^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})"""),
    re.compile(rb"""<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""", re.IGNORECASE),
)
_CLAIM_WITHIN = 4_096
_MOST_LOST = 0.1


class Decoded(msgspec.Struct, frozen=True):
    """A text and how it was read. `n_lost` counts characters replaced by U+FFFD because the bytes meant
    nothing.
    """

    text: str
    encoding: str
    claimed: str | None
    n_lost: int = 0

    @property
    def note(self) -> str:
        """One sentence where the claim did not hold, else empty."""
        lost = f"; {self.n_lost} characters could not be read" if self.n_lost else ""
        if self.claimed is None:
            return f"No encoding is claimed; read as {self.encoding}{lost}" if self.n_lost else ""
        if lost or _DECODERS.get(self.claimed) != self.encoding:
            return f"Claims the encoding {self.claimed}; read as {self.encoding}{lost}"
        return ""


def decode(data: bytes, *, charset: str | None = None) -> Decoded:
    """The characters of a page, feed or text; `charset` is what the server said.

    Raises UnreadableError when more than a tenth of the text would be lost.
    """
    claimed = (charset or _own_claim(data) or "").strip().strip("\"'").lower() or None
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lossy(data[len(mark) :], encoding, claimed)
    claim = _DECODERS.get(claimed or "")
    if claim and claim.startswith("utf-16") and data[:2] and 0 not in data[:64]:
        claim = None  # the document's own claim was readable as ASCII, so it is not UTF-16
    for candidate in dict.fromkeys(("utf-8", claim) if not data.isascii() else (claim, "utf-8")):
        try:
            if candidate:
                return Decoded(data.decode(candidate), candidate, claimed)
        except UnicodeDecodeError:
            continue
    return _lossy(data, claim or "utf-8", claimed)


def _own_claim(data: bytes) -> str | None:
    for pattern in _CLAIMS:
        if found := pattern.search(data[:_CLAIM_WITHIN]):
            return found[1].decode("ascii", "replace")
    return None


def _lossy(data: bytes, encoding: str, claimed: str | None) -> Decoded:
    text = data.decode(encoding, "replace")
    n_lost = text.count("\ufffd") - data.decode(encoding, "ignore").count("\ufffd")
    if n_lost > _MOST_LOST * len(text):
        raise UnreadableError(
            f"The text is not in the encoding it claims ({claimed or 'none'}): {n_lost:,} of {len(text):,} "
            f"characters cannot be read as {encoding}",
            remedy="Find out the encoding, convert a copy to UTF-8 and add that, saying so",
        )
    return Decoded(text, encoding, claimed, n_lost)
