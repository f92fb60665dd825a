"""Text that is not in the encoding it claims is read as what it is, or refused; never in silence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.collect.documents.decoding import decode
from tocsin.collect.documents.limits import UnreadableError

RUSSIAN = "Жители села сообщили, что дорога закрыта"
ARMENIAN = "Բնակիչները հայտնեցին, որ ճանապարհը փակ է"

CASES = [
    # bytes, what the server claims, read as, text, is the mismatch said
    (RUSSIAN.encode("cp1251"), "windows-1251", "cp1251", RUSSIAN, False),
    (RUSSIAN.encode(), "windows-1251", "utf-8", RUSSIAN, True),
    (RUSSIAN.encode("koi8-r"), "koi8-r", "koi8-r", RUSSIAN, False),
    (b"\xef\xbb\xbf" + ARMENIAN.encode(), "latin1", "utf-8", ARMENIAN, True),
    (b"\xff\xfe" + ARMENIAN.encode("utf-16-le"), None, "utf-16-le", ARMENIAN, False),
    (ARMENIAN.encode("utf-16-be"), "utf-16be", "utf-16-be", ARMENIAN, False),
    (ARMENIAN.encode(), "utf-16", "utf-8", ARMENIAN, True),
    ("l’été".encode("cp1252"), "iso-8859-1", "cp1252", "l’été", False),
    (b"plain", "unicode_escape", "utf-8", "plain", True),
    (b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), None, "cp1251", None, False),
    (b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN.encode("koi8-r"), None, "koi8-r", None, False),
]


@pytest.mark.parametrize(("data", "claimed", "encoding", "text", "said"), CASES)
def test_bytes_are_read_as_what_they_are(data: bytes, claimed: str, encoding: str, text: str, said: bool) -> None:
    read = decode(data, charset=claimed)
    assert (read.encoding, read.n_lost, bool(read.note)) == (encoding, 0, said)
    assert read.text == text if text else RUSSIAN in read.text


def test_a_few_broken_bytes_are_counted_and_said() -> None:
    read = decode(RUSSIAN.encode() * 10 + b"\xff\xfe\xfd", charset="utf-8")
    assert (read.n_lost, read.text.count("\ufffd")) == (3, 3)
    assert "3 characters could not be read" in read.note


def test_a_text_that_is_mostly_not_what_it_claims_is_refused() -> None:
    with pytest.raises(UnreadableError, match="not in the encoding it claims"):
        decode(bytes(range(128, 256)) * 20, charset="utf-8")


@pytest.mark.parametrize("codec", ["zip", "base64", "rot13", "punycode", "idna", "unicode_escape", "utf-7", "\x00"])
def test_a_claim_cannot_select_a_codec_that_computes(codec: str) -> None:
    assert decode(b"+ADw-script+AD4- \\u003c", charset=codec).text == "+ADw-script+AD4- \\u003c"


@given(st.text(min_size=1))
def test_utf_8_is_read_back_whatever_the_claim(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    if not data.isascii() and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert decode(data, charset="windows-1251").text.encode() == data


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gb18030", "utf-16", "shift_jis", "nonsense"]))
def test_any_bytes_are_read_or_refused(data: bytes, claimed: str | None) -> None:
    with suppress(UnreadableError):
        assert isinstance(decode(data, charset=claimed).text, str)
