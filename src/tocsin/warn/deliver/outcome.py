"""How an attempt to deliver ended."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["sent", "later", "refused", "unsure"]


class Outcome(msgspec.Struct, frozen=True):
    """sent: the target took it. later: it did not, and may yet. refused: it will not. unsure: nobody can tell.

    said:    in the target's own words, without any address
    after_s: the target asks to wait so long
    """

    kind: Kind
    said: str = ""
    after_s: float | None = None

    def without(self, *private: str) -> Outcome:
        """The same, with what must not be kept taken out of what was said."""
        said = self.said
        for each in private:
            if each:
                said = said.replace(each, "[address]")
        return msgspec.structs.replace(self, said=said)
