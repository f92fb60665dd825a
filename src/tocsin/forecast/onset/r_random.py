"""R's random permutation, so that folds drawn in R can be drawn again here.

R's default generator is the Mersenne Twister; `set.seed(s)` scrambles s with a linear congruential generator into its
624 words. Since R 3.6 an index below n is drawn by rejection: enough random bits, again until they fall below n.
Source: R documentation, `?Random`. Checked in the tests against numbers that R prints.
"""

from __future__ import annotations

import numpy as np

from tocsin.forecast.frame import Floats, Ints

_WORDS = 624
_MODULUS = 2**32


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
        left = np.arange(n)
        drawn = np.empty(n, dtype=np.int64)
        for position in range(n):
            size = n - position
            at = self._below(size)
            drawn[position] = left[at]
            left[at] = left[size - 1]
        return drawn

    def _below(self, n: int) -> int:
        bits = (n - 1).bit_length()
        while True:
            value = 0
            for _ in range(bits // 16 + 1):
                value = 65536 * value + int(self.uniform(1)[0] * 65536)
            value &= (1 << bits) - 1
            if value < n:
                return value


def folds(n: int, n_folds: int, seed: int) -> Ints:
    """`set.seed(seed); sample(rep(1:n_folds, length = n)) - 1`: (n,) the fold of each row, 0 to n_folds - 1."""
    return np.arange(n)[RRandom(seed).permutation(n)] % n_folds
