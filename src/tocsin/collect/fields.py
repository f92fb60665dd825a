"""Take a record apart so that nothing in it is passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.collect.errors import LayoutError


class Fields:
    """A record whose every field must be taken with `pop` or set aside with `left` before `done`.

    where: the file and record, for the message ("page-3.json, record 17")
    """

    def __init__(self, record: Mapping[str, Any], *, where: str) -> None:
        self._rest = dict(record)
        self._where = where

    def pop(self, name: str) -> Any:
        """The field's value. Raises LayoutError when the record has no such field."""
        try:
            return self._rest.pop(name)
        except KeyError:
            raise LayoutError(
                f"the field {name!r} is gone",
                where=self._where,
                remedy="See what the publisher changed, then mend the source's parse.py and raise its revision",
            ) from None

    def find(self, name: str) -> Any:
        """The value of a field that a record may do without; None when it does."""
        return self._rest.pop(name, None)

    def left(self, name: str, reason: str) -> None:
        """Set a field aside, for a reason that the code states."""
        if not reason:
            raise ValueError(f"{name} is left without a reason")
        self._rest.pop(name, None)

    def done(self) -> None:
        """Raise LayoutError when a field was neither taken nor set aside."""
        if self._rest:
            raise LayoutError(
                f"unknown fields: {', '.join(sorted(self._rest))}",
                where=self._where,
                remedy="Read them in parse.py, or leave them with a reason; then raise the source's revision",
            )
