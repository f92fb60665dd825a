"""Which texts are the same report printed again: MinHash over runs of words, linked when they overlap enough.

Two texts are near-duplicates when the sets of their five-word runs have an estimated Jaccard similarity of at
least `THRESHOLD`; groups are the connected components of that relation. The estimate comes from
`N_PERMUTATIONS` MinHash slots (standard error at most 0.044), the candidates from bands of them: a pair of
similarity 0.5 becomes a candidate with probability 0.87, one of 0.6 with 0.99. A paraphrase, a translation,
or a quotation of a third of a wire in a longer article is *not* found: what is not found counts as
independent, so a number of origins computed from these groups is an upper bound.

Source of the method: A. Broder, "On the resemblance and containment of documents" (1997); the sketches are
rensa's.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from tocsin.collect.errors import CollectError

THRESHOLD = 0.5
WORDS_IN_A_RUN = 5
N_PERMUTATIONS = 128
ROWS_IN_A_BAND = 4
_SEED = 1915
_BATCH_BYTES = 250_000  # a batch's hashes then stay in the processor's cache
_ROUNDS = 16

_U64 = npt.NDArray[np.uint64]
_FACTOR = 0x9E3779B97F4A7C15
_FACTOR_INVERSE = pow(_FACTOR, -1, 2**64)
_PAD = b" \x01" * (WORDS_IN_A_RUN - 1) + b" "

_INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# Thai, Lao, Tibetan, Burmese, Khmer, kana and Han are written without spaces between words.
_UNSPACED = re.compile("([\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])")
_ASCII_FOLD = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if chr(byte).isalnum() or byte >= 128 else 32 for byte in range(256)
)


class ThresholdError(CollectError):
    """A similarity outside (0, 1]."""


def group_near_duplicates(texts: Sequence[str], *, threshold: float = THRESHOLD) -> list[int]:
    """For each text, the index of the first text of its group; a text without words is alone.

    Deterministic: the same texts in the same order give the same groups on every machine.
    """
    if not 0 < threshold <= 1:
        raise ThresholdError(f"A similarity of {threshold} is no threshold", remedy="Give one above 0, at most 1")
    sketches, has_words = _sketch(texts)
    pairs = [_similar_in_band(sketches, band, has_words, threshold) for band in _bands(sketches)]
    return _first_of_component(len(texts), pairs)


def estimate_similarity(one: str, other: str) -> float:
    """The estimated Jaccard similarity of two texts' runs of words, 0 to 1; 0 when either has no words."""
    sketches, has_words = _sketch([one, other])
    return float((sketches[0] == sketches[1]).mean()) if has_words.all() else 0.0


def _folded(text: str) -> bytes:
    """The words of a text, apart from case, punctuation, invisible characters and compatibility forms."""
    if text.isascii():
        return text.encode().translate(_ASCII_FOLD)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _punctuation().sub(" ", _INVISIBLE.sub("", text))
    text = _UNSPACED.sub(r" \1 ", text)
    return text.encode("utf-8", "replace").translate(_ASCII_FOLD)


@functools.cache
def _punctuation() -> re.Pattern[str]:
    # `\w` would cut words at the vowel signs of Indic and Burmese scripts, so the class is spelled from
    # categories.
    kinds = {"P", "S", "Z"}
    return re.compile(
        "[" + "".join(re.escape(chr(c)) for c in range(128, 0x10000) if unicodedata.category(chr(c))[0] in kinds) + "]+"
    )


def _sketch(texts: Iterable[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """Sketches (n, N_PERMUTATIONS) and whether each text had a word at all."""
    sketches, has_words = [], []
    for batch in _batches(texts):
        runs, offsets = _hash_runs(batch)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(runs, offsets, N_PERMUTATIONS, _SEED)
        sketches.append(np.array(matrix.to_rows(), dtype=np.uint32))
        has_words.append(np.diff(offsets.astype(np.int64)) > 0)
    if not sketches:
        return np.empty((0, N_PERMUTATIONS), np.uint32), np.empty(0, np.bool_)
    return np.concatenate(sketches), np.concatenate(has_words)


def _batches(texts: Iterable[str]) -> Iterator[list[bytes]]:
    batch, size = [], 0
    for text in texts:
        folded = _folded(text)
        batch.append(folded)
        size += len(folded) + len(_PAD)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _hash_runs(batch: list[bytes]) -> tuple[_U64, _U64]:
    """Hashes of every text's runs of words, end to end, and where each text's begin.

    Words are hashed by differences of one running polynomial hash over the whole batch, so no word becomes a
    Python object. Padding words after each text give a text shorter than a run one run of its own.
    """
    joined = _PAD + _PAD.join(batch) + _PAD
    raw = np.frombuffer(joined, dtype=np.uint8)
    powers, inverses = _powers(len(raw))
    running = np.zeros(len(raw) + 1, np.uint64)
    np.cumsum((raw.astype(np.uint64) + np.uint64(1)) * powers[: len(raw)], out=running[1:])

    in_word = np.concatenate(([False], raw != 32, [False]))
    edges = np.flatnonzero(in_word[1:] != in_word[:-1])
    starts, ends = edges[::2], edges[1::2]
    words = _mix((running[ends] - running[starts]) * inverses[starts])

    n_runs = len(words) - WORDS_IN_A_RUN + 1
    runs = np.zeros(n_runs, np.uint64)
    for place in range(WORDS_IN_A_RUN):
        runs += words[place : place + n_runs] * np.uint64(pow(_FACTOR, place + 1, 2**64))
    real = raw[starts[:n_runs]] != 1
    lengths = np.fromiter((len(text) for text in batch), np.int64, len(batch))
    begins = len(_PAD) + np.concatenate(([0], np.cumsum(lengths + len(_PAD))))
    before = np.concatenate(([0], np.cumsum(real)))
    offsets = before[np.minimum(np.searchsorted(starts, begins), n_runs)]
    return _mix(runs[real]), offsets.astype(np.uint64)


def _powers(size: int) -> tuple[_U64, _U64]:
    """The factor's powers and their inverses modulo 2**64; sized by doubling, so that batches share one
    table.
    """
    return _power_table(1 << max(size - 1, 1).bit_length())


@functools.lru_cache(maxsize=2)
def _power_table(size: int) -> tuple[_U64, _U64]:
    def table(factor: int) -> _U64:
        steps = np.full(size, np.uint64(factor))
        steps[0] = 1
        return np.cumprod(steps, dtype=np.uint64)

    return table(_FACTOR), table(_FACTOR_INVERSE)


def _mix(values: _U64) -> _U64:
    """Spread every bit over the word (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _bands(sketches: npt.NDArray[np.uint32]) -> Iterator[_U64]:
    for first in range(0, N_PERMUTATIONS, ROWS_IN_A_BAND):
        wide = np.ascontiguousarray(sketches[:, first : first + ROWS_IN_A_BAND]).view(np.uint64)
        yield _mix(wide[:, 0]) + wide[:, 1] * np.uint64(_FACTOR)


def _similar_in_band(
    sketches: npt.NDArray[np.uint32], band: _U64, has_words: npt.NDArray[np.bool_], threshold: float
) -> npt.NDArray[np.int64]:
    """Pairs (first, member) of texts that share this band and are similar enough.

    Each bucket's members are compared with its first; those that differ form a bucket again, so a template
    shared by thousands costs a bounded number of rounds instead of every pair.
    """
    order = np.argsort(band, kind="stable")
    order = order[has_words[order]]
    keys = band[order]
    found = []
    for _ in range(_ROUNDS):
        if len(order) < 2:
            break
        opens = np.concatenate(([True], keys[1:] != keys[:-1]))
        leader = order[np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))]
        follows = ~opens
        first, member, key = leader[follows], order[follows], keys[follows]
        alike = _overlap(sketches, first, member) >= threshold * N_PERMUTATIONS
        found.append(np.column_stack((first[alike], member[alike])))
        order, keys = member[~alike], key[~alike]
    return np.concatenate(found) if found else np.empty((0, 2), np.int64)


def _overlap(
    sketches: npt.NDArray[np.uint32], one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    parts = [
        np.count_nonzero(sketches[one[at : at + 20_000]] == sketches[other[at : at + 20_000]], axis=1)
        for at in range(0, len(one), 20_000)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _first_of_component(n: int, pairs: list[npt.NDArray[np.int64]]) -> list[int]:
    first = list(range(n))

    def find(one: int) -> int:
        while first[one] != one:
            first[one] = first[first[one]]
            one = first[one]
        return one

    links = np.unique(np.concatenate(pairs), axis=0) if pairs else np.empty((0, 2), np.int64)
    for one, other in links.tolist():
        low, high = sorted((find(one), find(other)))
        first[high] = low
    return [find(one) for one in range(n)]
