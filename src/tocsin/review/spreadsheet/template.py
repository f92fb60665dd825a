"""An empty spreadsheet of claims: headings, what each column holds, and the codes that exist."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from tocsin.core.vocabulary import load_codebook
from tocsin.review.spreadsheet.columns import COLUMNS, KINDS


def template() -> bytes:
    """The bytes of an .xlsx with the sheets `claims` (to be filled), `columns` and `codes` (to be read)."""
    book = Workbook()
    claims = book.active
    claims.title = "claims"
    for place, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(place)
        heading = claims.cell(1, place, column.name)
        heading.font = Font(bold=column.required)
        claims.column_dimensions[letter].width = 40 if column.holds in ("text", "citations") else 14
        # Text: otherwise a spreadsheet makes the first of October of 2023-10, and a number of 6,7.
        claims.column_dimensions[letter].number_format = "@"
    claims.freeze_panes = "B2"

    about = book.create_sheet("columns")
    about.append(("column", "needed", "holds", "what it means", "example"))
    for column in COLUMNS:
        needed = "yes" if column.required else ""
        about.append((column.name, needed, column.holds, column.about, column.example))
    codes = book.create_sheet("codes")
    codes.append(("column", "code", "meaning"))
    for kind in KINDS:
        codes.append(("kind", kind, kind.replace("_", " ")))
    for indicator in load_codebook().indicators:
        codes.append(("indicators", indicator.id, indicator.label))
    for sheet, widths in ((about, (22, 8, 12, 70, 24)), (codes, (12, 20, 90))):
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    written = io.BytesIO()
    save_workbook(book, written)
    return written.getvalue()
