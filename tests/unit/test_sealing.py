"""A sealed value opens where it belongs, and nowhere else, and not when a bit of it is changed or missing."""

from __future__ import annotations

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.model.protected import Witness
from tocsin.core.protection import sealing
from tocsin.core.protection.sealing import SealError, seal, unseal, unwrap, wrap

KEYS = st.binary(min_size=32, max_size=32)
WORDS = st.text(st.characters(codec="utf-8"), max_size=300)
WITNESSES = st.builds(
    Witness, name=WORDS, other_names=st.lists(WORDS, max_size=3).map(tuple), contact=WORDS, role=WORDS, place=WORDS,
    at=st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)), safety=WORDS, note=WORDS,
)  # fmt: skip
PLACE = {"path": "situation/s/witness/W1", "version": 1}


@given(WITNESSES, KEYS)
def test_what_was_sealed_comes_back_word_for_word(witness: Witness, key: bytes) -> None:
    sealed = seal(witness, data_key=key, name="n", about=("claim/C01",), **PLACE)
    assert unseal(sealed, Witness, data_key=key, **PLACE) == witness
    assert len(base64.b64decode(sealed.ciphertext)) % sealing.PAD_TO == 16  # the tag: lengths tell little


@given(WITNESSES, KEYS)
def test_the_same_words_never_look_alike(witness: Witness, key: bytes) -> None:
    one, other = (seal(witness, data_key=key, name="n", **PLACE) for _ in range(2))
    assert one.nonce != other.nonce
    assert one.ciphertext != other.ciphertext


@given(
    KEYS,
    st.sampled_from(
        [
            {"path": "situation/s/witness/W2"}, {"version": 2}, {"key": "another"}, {"about": ("claim/C02",)},
        ]
    ),
)  # fmt: skip
def test_a_ciphertext_moved_elsewhere_is_refused(key: bytes, moved: dict) -> None:
    sealed = seal(Witness(name="A"), data_key=key, name="n", about=("claim/C01",), **PLACE)
    place = {**PLACE, **{name: value for name, value in moved.items() if name in PLACE}}
    sealed = msgspec.structs.replace(sealed, **{n: v for n, v in moved.items() if n not in PLACE})
    with pytest.raises(SealError):
        unseal(sealed, Witness, data_key=key, **place)


@given(KEYS, st.data())
def test_a_bit_changed_or_an_end_cut_off_is_refused(key: bytes, data: st.DataObject) -> None:
    sealed = seal(Witness(name="A witness"), data_key=key, name="n", **PLACE)
    field = data.draw(st.sampled_from(["ciphertext", "nonce"]))
    there = bytearray(base64.b64decode(getattr(sealed, field)))
    if data.draw(st.booleans()):
        there[data.draw(st.integers(0, len(there) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del there[data.draw(st.integers(0, len(there) - 1)) :]
    broken = msgspec.structs.replace(sealed, **{field: base64.b64encode(there).decode()})
    with pytest.raises(SealError):
        unseal(broken, Witness, data_key=key, **PLACE)


@given(KEYS, KEYS)
def test_another_key_opens_nothing(key: bytes, other: bytes) -> None:
    sealed = seal(Witness(name="A"), data_key=key, name="n", **PLACE)
    if key != other:
        with pytest.raises(SealError):
            unseal(sealed, Witness, data_key=other, **PLACE)


@given(KEYS, KEYS)
def test_a_data_key_comes_back_from_its_wrapping_and_belongs_to_one_record(master: bytes, key: bytes) -> None:
    wrapped = wrap(key, master=master, name="n", path="situation/s/witness/W1")
    assert unwrap(wrapped, master=master, name="n", path="situation/s/witness/W1") == key
    for name, path in (("m", "situation/s/witness/W1"), ("n", "situation/s/witness/W2")):
        with pytest.raises(SealError):
            unwrap(wrapped, master=master, name=name, path=path)


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!", base64.b64encode(b"x" * 60).decode()])
def test_nonsense_is_no_wrapped_key(text: str) -> None:
    with pytest.raises(SealError):
        unwrap(text, master=b"k" * 32, name="n", path="p")


def test_an_error_says_nothing_of_what_is_sealed() -> None:
    sealed = seal(Witness(name="Anahit"), data_key=b"k" * 32, name="n", **PLACE)
    from tocsin.core.model.protected import ConfidentialNote

    with pytest.raises(SealError) as raised:
        unseal(sealed, ConfidentialNote, data_key=b"k" * 32, **PLACE)
    assert "Anahit" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
