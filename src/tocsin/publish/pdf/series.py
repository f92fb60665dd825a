"""Series of counts on paper: whose they are and where they stand.

The figures, and what such counts cannot tell, stand on the page and in a file beside the PDF: with them it would be
longer than a reader bears.
"""

from __future__ import annotations

from tocsin.publish.pdf.wording import Piece, Wording


def series_lines(say: Wording) -> list[dict[str, Piece]]:
    """One line for each release that the series are taken from."""
    found = dict.fromkeys((one.release, one.producer) for one in say.reading.content.series or ())
    return [say.line("series", [say.said(producer), ", ", say.said(release)]) for release, producer in found]
