"""One target under atheris, until its time is up: `python -m tests.fuzz.one TARGET [libFuzzer options]`."""

from __future__ import annotations

import sys

import atheris


def main() -> None:
    """Instrument our parsers as they are loaded, then fuzz the named target."""
    with atheris.instrument_imports(include=["tocsin.collect", "feedparser", "shapefile"]):
        from tests.fuzz.targets import try_one
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: try_one(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
