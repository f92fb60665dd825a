"""Grouping reports that print one text: 100,000 documents in at most 10 seconds, and how many groups come out
right.

    python benchmarks/near_duplicates.py [--documents 100000] [--words 400]

The documents are made here from a fixed seed: seven of ten stand alone, the others are wires printed two to
ten times, each reprint with a share of its words changed and a tail cut off. So the right grouping is known,
and what is missed or wrongly joined is counted beside the time. Beside it, in the same run, datasketch-style
MinHash in plain Python over a small part of the same documents, brought up to the full number: the cost of
not having a compiled sketch.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import struct
import time
from collections.abc import Iterator

from tocsin.collect.documents.near_duplicates import N_PERMUTATIONS, WORDS_IN_A_RUN, group_near_duplicates

AIM_S = 10.0
EDITED = (0.0, 0.01, 0.03)
CUT = (0.0, 0.1, 0.25)
PART = 200


def documents(n: int, words: int) -> Iterator[tuple[int, str]]:
    """(the number of the text it was made from, the text), n of them, in mixed order."""
    chance = random.Random(20260106)
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(40_000)]
    made: list[tuple[int, str]] = []
    while len(made) < n:
        wire = chance.choices(known, k=chance.randint(words // 2, words * 3 // 2))
        origin = len(made)
        for copy in range(1 if chance.random() < 0.7 else chance.randint(2, 10)):
            edited, cut = (chance.choice(EDITED), chance.choice(CUT)) if copy else (0.0, 0.0)
            text = [word if chance.random() >= edited else chance.choice(known) for word in wire]
            made.append((origin, " ".join(text[: len(text) - int(len(text) * cut)])))
    chance.shuffle(made)
    yield from made[:n]


def misgrouped(truth: list[int], groups: list[int]) -> tuple[int, int]:
    """How many documents are not with their origin's first, and how many are with another's."""
    home: dict[int, int] = {}
    for origin, group in zip(truth, groups, strict=True):
        home.setdefault(origin, group)
    missed = sum(home[origin] != group for origin, group in zip(truth, groups, strict=True))
    owner: dict[int, int] = {}
    for origin, group in zip(truth, groups, strict=True):
        owner.setdefault(group, origin)
    wrong = sum(owner[group] != origin for origin, group in zip(truth, groups, strict=True))
    return missed, wrong


def plain_minhash(text: str) -> tuple[int, ...]:
    """The same sketch by the textbook: one hash a run, one multiplication a permutation."""
    words = text.split()
    runs = {" ".join(words[at : at + WORDS_IN_A_RUN]) for at in range(max(1, len(words) - WORDS_IN_A_RUN + 1))}
    hashes = [struct.unpack("<Q", hashlib.blake2b(run.encode(), digest_size=8).digest())[0] for run in runs]
    factors = [2 * number + 0x9E3779B97F4A7C15 for number in range(N_PERMUTATIONS)]
    return tuple(min((one * factor) & 0xFFFFFFFFFFFFFFFF for one in hashes) for factor in factors)


def main() -> None:
    """Make the documents, group them, say how long it took and how right it was."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--documents", type=int, default=100_000)
    given.add_argument("--words", type=int, default=400)
    asked = given.parse_args()
    truth, texts = map(list, zip(*documents(asked.documents, asked.words), strict=True))
    size_mb = sum(map(len, texts)) / 1e6

    started = time.perf_counter()
    groups = group_near_duplicates(texts)
    took_s = time.perf_counter() - started

    started = time.perf_counter()
    for text in texts[:PART]:
        plain_minhash(text)
    plain_s = (time.perf_counter() - started) / PART * len(texts)

    missed, wrong = misgrouped(truth, groups)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    n = len(texts)
    print(f"{n:,} documents, {size_mb:,.0f} MB, {len(set(truth)):,} origins")
    print(f"grouped in      {took_s:9.2f} s   {n / took_s:,.0f} documents/s; aim at 100,000: {AIM_S:g} s")
    times = plain_s / took_s
    print(f"plain Python    {plain_s:9.0f} s   the sketches alone, from {PART}; {times:,.0f} times as long")
    print(f"missed          {missed:9,}     {missed / n:.2%} are not grouped with the rest of their origin")
    print(f"wrongly joined  {wrong:9,}     {wrong / n:.2%} are grouped with another's")
    print(f"peak memory     {peak_mb:9,.0f} MB  the documents themselves included")


if __name__ == "__main__":
    main()
