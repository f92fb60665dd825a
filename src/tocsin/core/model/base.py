"""What every record shares: frozen, keyword-only, and deaf to unknown fields.

Unknown fields are refused rather than ignored: a misspelt key in a case file must not silently vanish.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

# JSON Schema patterns, enforced when a document is decoded.
Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9._-]*$", description="Identifier, unique in its list")]
Edtf = Annotated[
    str, msgspec.Meta(description="Date in EDTF (ISO 8601-2): 2023-10, 2023-09-20, 2020/.., empty when unknown")
]
Instant = Annotated[
    str,
    msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="Instant in UTC, to the second"),
]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$", description="A day, YYYY-MM-DD")]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hexadecimal")]
Lang = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="Language tag (BCP 47)")]
LonLat = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of every noun."""
