"""Search bytes for a word, however it is spelt: encoded, escaped, compressed, packed, or drawn into a PDF."""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote

DEPTH = 4
MAX_BYTES = 64 * 1024 * 1024


def spellings(word: str) -> set[bytes]:
    """Every way in which a word may stand in bytes that are not packed, in lower case where case says nothing."""
    found: set[bytes] = set()
    for form in {word, html.escape(word), quote(word), quote(word, safe=""), word[::-1]}:
        found |= {form.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")}
    raw = word.encode()
    found |= {raw.hex().encode(), raw.hex().upper().encode()}
    found.add("".join(f"%{byte:02X}" for byte in raw).encode())
    found.add("".join(f"&#{byte};" for byte in raw).encode())
    found.add("".join(f"&#x{byte:x};" for byte in raw).encode())
    for offset in range(3):  # what stands before a word shifts its base64
        coded = base64.b64encode(b"\0" * offset + raw)
        start = (offset * 8 + 5) // 6
        whole = coded[start : (offset + len(raw)) * 8 // 6]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def unpacked(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """The bytes, and whatever they hold packed: gzip, zip, deflate streams, the text of a PDF."""
    yield data
    if depth == 0 or len(data) > MAX_BYTES:
        return
    if data[:2] == b"\x1f\x8b":
        yield from unpacked(gzip.decompress(data), depth - 1)
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield "\n".join(archive.namelist()).encode()
            for name in archive.namelist():
                yield from unpacked(archive.read(name), depth - 1)
    elif data[:5] == b"%PDF-":
        yield from _of_pdf(data, depth)
    elif data[257:262] == b"ustar":
        yield from _of_tar(data, depth)


def _of_pdf(data: bytes, depth: int) -> Iterator[bytes]:
    import pypdfium2

    for packed in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            yield from unpacked(zlib.decompressobj().decompress(packed), depth - 1)
        except zlib.error:
            continue
    document = pypdfium2.PdfDocument(data)
    for number in range(len(document)):
        text = document[number].get_textpage().get_text_bounded()
        yield re.sub(r"[-­￾]?\s*\n\s*", "", text).encode()  # a word may be broken at the end of a line
    document.close()


def _of_tar(data: bytes, depth: int) -> Iterator[bytes]:
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            yield member.name.encode()
            if (file := archive.extractfile(member)) is not None:
                yield from unpacked(file.read(), depth - 1)


class Search:
    """Looks for many words at once. `found` gives those that some bytes hold."""

    def __init__(self, words: Iterable[str]) -> None:
        self._of: dict[bytes, str] = {spelt.lower(): word for word in words for spelt in spellings(word)}
        self._pattern = re.compile(b"|".join(re.escape(each) for each in sorted(self._of, key=len, reverse=True)))

    def found(self, data: bytes) -> set[str]:
        """The words that the bytes hold in any spelling, packed or not."""
        hits: set[str] = set()
        for plain in unpacked(data):
            hits |= {self._of[each] for each in self._pattern.findall(plain.lower())}
        return hits
