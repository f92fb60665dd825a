"""`preview_png`: the picture that stands under a shared link to an edition. Same edition, same bytes, on any day.

It is seen apart from everything else, and kept for long by those who show it. So it says who declared the level, that
an exercise is one, and until when the warning is to be reviewed rather than whether that day has passed.
"""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from tocsin.core.model.places import Place
from tocsin.publish.pdf.printable import printable_all
from tocsin.publish.pdf.warning import picture
from tocsin.publish.reading import Reading
from tocsin.publish.words import RIGHT_TO_LEFT, Words

SIZE = (1200, 630)
"""Pixels, wide and high: what those who show previews ask for (OpenGraph)."""
COLOURS = 48
"""Enough for ink, paper, one level and the edges of letters; a third of the bytes of a picture in full colour."""
LONGEST = {"desk": 60, "by": 75, "title": 190, "places": 150}
"""Characters; what is longer could not be read at this size, and ends in three dots."""


def preview_png(reading: Reading, words: Words) -> bytes:
    """The picture of an edition as PNG bytes. Raises PdfError when typst refuses the document."""
    content, issue = reading.content, reading.issue
    primary = content.language.split("-")[0].lower()
    places = [reading.places[id] for id in content.situation.places if id in reading.places]
    withdrawn = issue.message_type == "Cancel"
    kind = words(f"message-{issue.message_type}")
    document = {
        "lang": words.lang.split("-")[0].lower(),
        "dir": words.direction,
        "content_lang": primary,
        "content_dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr",
        "desk": _cut("desk", issue.desk.name),
        "status": "" if issue.status == "Actual" else words(f"cap-status-{issue.status}").upper(),
        "level": {
            "key": content.level.declared,
            "word": words(f"level-{content.level.declared}"),
            "by": _cut("by", words("site-level-by", who=content.level.declared_by)),
        },
        "withdrawn": kind if withdrawn else "",
        "title": _cut("title", content.situation.title),
        "places": _cut("places", " · ".join(_all_names(place) for place in places)),
        "date": f"{words('pdf-edition', n=issue.edition, kind=kind)} · {words.day(issue.issued_at)}",
        "review": _review(reading, words),
    }
    made = picture("preview.typ", msgspec.json.encode(printable_all(document)).decode(), issue.identifier)
    return _fewer_colours(made)


def _fewer_colours(png: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as drawn:
        few = drawn.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, "PNG")
    return out.getvalue()


def _cut(name: str, text: str) -> str:
    """A text in one line, and no longer than can be read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST[name] else line[: LONGEST[name] - 1].rstrip() + "…"


def _all_names(place: Place) -> str:
    """A contested place by all its names, another by its first."""
    return " / ".join(name.text for name in (place.names if place.contested else place.names[:1]))


def _review(reading: Reading, words: Words) -> str:
    if reading.issue.message_type == "Cancel" or not reading.content.review_date:
        return ""
    return f"{words('site-review')} {words.day(reading.content.review_date)}"
