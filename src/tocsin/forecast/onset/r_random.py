"""R's random permutation, so that folds drawn in R can be drawn again here.

R's default generator is the Mersenne Twister; `set.seed(s)` scrambles s with a linear congruential generator into its
624 words. Since R 3.6 an index below n is drawn by rejection: enough random bits, again until they fall below n.
Source: R documentation, `?Random`. Checked in the tests against numbers that R prints.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.forecast.frame import Floats, Ints

_WORDS = 624
_MODULUS = 2**32
_BLOCK = 1024


class RRandom:
    """R's generator after `set.seed(seed)`."""

    def __init__(self, seed: int) -> None:
        state = seed % _MODULUS
        for _ in range(50):
            state = (69069 * state + 1) % _MODULUS
        words = []
        for _ in range(_WORDS + 1):
            state = (69069 * state + 1) % _MODULUS
            words.append(state)
        # The first word is R's position in the block; it is set to the end, so that a new block is made at once.
        self._twister = np.random.MT19937()
        self._twister.state = {
            "bit_generator": "MT19937",
            "state": {"key": np.array(words[1:], dtype=np.uint32), "pos": _WORDS},
        }

    def uniform(self, n: int) -> Floats:
        """`runif(n)`: (n,) numbers in (0, 1)."""
        drawn = self._twister.random_raw(n).astype(np.float64) * 2.3283064365386963e-10
        return np.clip(drawn, 2.328306437080797e-10, 1 - 2.328306437080797e-10)

    def permutation(self, n: int) -> Ints:
        """`sample.int(n) - 1`: the numbers 0 to n - 1 in random order."""
        before, n_used = self._twister.state, 0

        def sixteen_bits() -> Iterator[int]:
            nonlocal n_used
            while True:
                for value in (self.uniform(_BLOCK) * 65536).astype(np.int64).tolist():
                    n_used += 1
                    yield value

        random = sixteen_bits()
        left = list(range(n))
        drawn = []
        for size in range(n, 0, -1):
            at = _below(size, random)
            drawn.append(left[at])
            left[at] = left[size - 1]
        self._twister.state = before  # whole blocks were drawn: stand where the last number used was drawn
        self._twister.random_raw(n_used)
        return np.array(drawn, dtype=np.int64)


def _below(n: int, random: Iterator[int]) -> int:
    bits = (n - 1).bit_length()
    while True:
        value = 0
        for _ in range(bits // 16 + 1):
            value = 65536 * value + next(random)
        value &= (1 << bits) - 1
        if value < n:
            return value


def folds(n: int, n_folds: int, seed: int) -> Ints:
    """`set.seed(seed); sample(rep(1:n_folds, length = n)) - 1`: (n,) the fold of each row, 0 to n_folds - 1."""
    return np.arange(n)[RRandom(seed).permutation(n)] % n_folds
