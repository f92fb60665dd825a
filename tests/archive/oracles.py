"""Other people's tools, called on what we made; imported here because their old syntax makes Python warn."""

from __future__ import annotations

import contextlib
import io
import warnings
from argparse import Namespace
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import surt
    from wacz.main import validate_wacz
    from warcio.checker import Checker


def surt_key(url: str) -> str:
    """The Internet Archive's own sort key of an address."""
    return str(surt.surt(url))


def check_wacz(file: Path) -> tuple[int, str]:
    """Webrecorder's validator: (0 when it accepts the file, what it says)."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = validate_wacz(Namespace(file=str(file), verify_auth=False, verifier_url=None))
    return code, said.getvalue()


def check_warc(file: Path) -> tuple[int, str]:
    """`warcio check`: (0 when every digest holds, what it says of each record)."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = Checker(Namespace(inputs=[str(file)], verbose=True)).process_all()
    return code, said.getvalue()
