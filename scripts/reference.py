#!/usr/bin/env python
"""Write what is made from the code: the Edition's schema and docs/reference. A test checks that it is fresh."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.reference import pages  # noqa: E402  # the test and this script make the same pages

if __name__ == "__main__":
    for path, text in pages().items():
        file = ROOT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(path)
