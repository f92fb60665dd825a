"""The fuzzer's targets are right to begin with: their seeds are read, and a refusal is no finding."""

import pytest

from tests.fuzz.targets import TARGETS, try_one
from tocsin.core.errors import TocsinError


@pytest.mark.parametrize("name", TARGETS)
def test_at_least_one_seed_of_a_target_is_read(name: str) -> None:
    read = 0
    for seed in TARGETS[name].seeds:
        try:
            TARGETS[name].run(seed)
            read += 1
        except TocsinError:
            continue
    assert read


@pytest.mark.parametrize("name", TARGETS)
def test_noise_is_refused_or_read(name: str) -> None:
    for noise in (b"", b"\0", b"<", b"{", b"PK\x03\x04", b"\xff" * 300, bytes(range(256))):
        try_one(name, noise)
