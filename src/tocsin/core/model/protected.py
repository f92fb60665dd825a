"""What a desk must know and must not tell: who told it, how to reach them, where exactly, under which conditions.

None of these structs is part of an Edition, and none can be put into one: `Content` has no field of their types. The
first four are sealed: a version on record holds a `Sealed`, never the struct itself. The last two are for the desk's
own eyes; rules ask them before anything is issued.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tocsin.core.model.base import Day, Id, Lang, LonLat, Record

Scope = Literal["archive", "share", "publish"]
"""What somebody agreed to: that it is kept; shown to named partners; published without their name."""

Text = Annotated[str, Meta(max_length=20_000)]
About = Annotated[
    tuple[str, ...], Meta(description="Records of the situation that it concerns, as `claim/C01` or `place/goris`")
]


class Witness(Record, frozen=True, kw_only=True):
    """Somebody who told the desk (HURIDOCS: a source who is a person; Berkeley Protocol: a witness)."""

    name: Text
    other_names: Annotated[
        tuple[Text, ...], Meta(description="Also known as; each is kept out of what is published")
    ] = ()
    contact: Annotated[Text, Meta(description="How to reach them, and how not to")] = ""
    role: Annotated[Text, Meta(description="How they know: eyewitness, relative, official ...")] = ""
    place: Annotated[Text, Meta(description="Where they are")] = ""
    at: Annotated[LonLat | None, Meta(description="The same, in degrees WGS 84")] = None
    safety: Annotated[Text, Meta(description="Who might harm them, and what was agreed to prevent it")] = ""
    note: Text = ""


class Contact(Record, frozen=True, kw_only=True):
    """How to reach whoever is behind a source, a document or an organisation."""

    name: Text
    other_names: tuple[Text, ...] = ()
    reach: Annotated[Text, Meta(description="Telephone, address, safe channel")]
    note: Text = ""


class ExactPlace(Record, frozen=True, kw_only=True):
    """Where people at risk are, exactly. What is published is coarsened."""

    text: Annotated[Text, Meta(description="The place in words")]
    at: LonLat | None = None
    note: Text = ""


class ConfidentialNote(Record, frozen=True, kw_only=True):
    """A remark on a record that only those with the role may read: doubts, safety, how it was obtained."""

    text: Text


class Sealed(Record, frozen=True, kw_only=True):
    """What a version on record holds of one of the above: readable with the record's data key only."""

    about: About = ()
    key: Annotated[str, Meta(description="Name of the data key")]
    cipher: Literal["A256GCM"] = "A256GCM"
    nonce: Annotated[str, Meta(description="Base64 of 12 bytes")]
    ciphertext: Annotated[str, Meta(description="Base64; the plain text is padded, so that its length tells little")]


class Consent(Record, frozen=True, kw_only=True):
    """What a witness agreed to. It is asked for again when the purpose changes, and can be withdrawn at any time."""

    informed: Annotated[bool, Meta(description="Told what it is for, what may follow, and that they may say no")]
    scope: tuple[Scope, ...]
    claims: Annotated[tuple[Id, ...], Meta(description="Claims that rest on what they told")] = ()
    taken_by: Annotated[str, Meta(min_length=1, description="Who asked, by their name at the desk")]
    taken_date: Day
    lang: Annotated[Lang, Meta(description="Language in which they were asked")]


class Handling(Record, frozen=True, kw_only=True):
    """How some records are to be handled before anything is issued."""

    about: About
    caveat: Annotated[str, Meta(description="What whoever works with them must know")] = ""
    embargo_until: Annotated[Day | None, Meta(description="Nothing of it is issued before this day")] = None
    embargo_reason: str = ""
    coarsen_km: (
        Annotated[float, Meta(gt=0, le=500, description="A place is shown to a grid of so many km; none: as recorded")]
        | None
    ) = None
    population: Annotated[int, Meta(ge=0, description="How many live there; few are coarsened further")] | None = None
    dates_to: Annotated[
        Literal["", "month", "year"], Meta(description="How precisely claims about the place are dated")
    ] = ""


SEALED = (Witness, Contact, ExactPlace, ConfidentialNote)
"""What is never on record in clear."""
