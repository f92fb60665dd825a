"""The columns of a spreadsheet of claims. A claim's fields, with lists in one cell and the other sides in groups."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from tocsin.core.model.claims import ClaimKind

Holds = Literal["text", "id", "kind", "date", "number", "yes or no", "grade", "ids", "citations", "codes", "stages"]

KINDS: Final[tuple[str, ...]] = get_args(ClaimKind)
BASES: Final = ("source", "general")
WORDINGS: Final = ("seen", "carried")
N_SIDES: Final = 3
"""How many other sides one row has room for; more are recorded one by one (`tocsin review other-side`)."""


class Column(msgspec.Struct, frozen=True):
    """A column by its heading, what a cell of it holds, what it means, and an example."""

    name: str
    holds: Holds
    about: str
    example: str = ""
    required: bool = False


def _other_side(number: int) -> tuple[Column, ...]:
    end = "" if number == 1 else f"_{number}"
    which = ("an other side", "a second other side", "a third other side")[number - 1]
    return (
        Column(f"other_side_by{end}", "text", f"Who holds the position of {which}", "A ministry"),
        Column(f"other_side_text{end}", "text", "What they say", "Denies it."),
        Column(f"other_side_sources{end}", "citations", "Where they said so", "R04: page 2"),
        Column(f"other_side_basis{end}", "kind", f"{' or '.join(BASES)}; general: to be checked", "source"),
    )


COLUMNS: Final = (
    Column("id", "id", "The claim's id, unique at the desk's situation", "C42", required=True),
    Column("text", "text", "The statement in our own words, without its asserter", "A road was closed.", required=True),
    Column("kind", "kind", "What kind of statement it is; see the sheet `codes`", "fact", required=True),
    Column("asserted_by", "text", "Body or person who makes the claim", "An observatory", required=True),
    Column("speaker", "text", "Who spoke, where the asserter passes on another's words"),
    Column("speaker_role", "text", "In which role they spoke"),
    Column("named_source", "text", "What the asserter gives as its source"),
    Column(
        "sources", "citations", "Where it was published: ids of sources on record, each with its passage after a colon",
        "S01: Paragraph 1; R02", required=True,
    ),
    Column("corroborated_by", "citations", "Other sources that say the same", "R03"),
    Column("date", "date", "When, in EDTF: 2023, 2023-10, 2023-09-20, 2020/.., 2023-10~", "2023-09-20"),
    Column("date_note", "text", "What the date means, or how it is known"),
    Column("places", "ids", "Ids of places on record", "AM-SU; AM-VD"),
    Column("quantity_text", "text", "The quantity in words, with its unit", "about 300 people"),
    Column("quantity_low", "number", "Its lowest reading, with a point for decimals", "250"),
    Column("quantity_best", "number", "Its best reading", "300"),
    Column("quantity_high", "number", "Its highest reading", "350"),
    Column("quantity_unit", "text", "Its unit: km2, people, a", "people"),
    Column("indicators", "codes", "Indicators of the codebook that it would point to; see the sheet `codes`", "CLA-05"),
    Column("stages", "stages", "Numbers of the stages it would support, were it true", "6; 7"),
    Column("grade", "grade", "Admiralty: a letter for the source, a digit for this report", "C3"),
    Column("grade_reason", "text", "Why it is graded so; needed with a grade", "one party's report"),
    Column("contested", "yes or no", "Whether someone with knowledge disputes it", "yes"),
    *(column for number in range(1, N_SIDES + 1) for column in _other_side(number)),
    Column("context", "text", "What a reader should know, where nobody disputes the claim"),
    Column("context_sources", "citations", "Where that is seen"),
    Column("check_next", "text", "What would settle or sharpen it"),
    Column("wording", "kind", "seen, or carried over from a later version", "seen"),
)  # fmt: skip

BY_NAME: Final = {column.name: column for column in COLUMNS}
REQUIRED: Final = tuple(column.name for column in COLUMNS if column.required)
