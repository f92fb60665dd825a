"""Claims from a spreadsheet: read its cells, plan what they would record, say what is wrong with which cell.

    reading.py    a file -> rows of cells, within limits            (.xlsx, .csv)
    cells.py      what stands in a cell, a row, a sheet
    columns.py    which columns there are, what each may hold
    planning.py   rows -> claims and problems; pure: no file, no database, no clock
    template.py   an empty spreadsheet with the columns and codes explained

What is recorded is `review.actions.record_claims`: all of the claims in one act, or none.
"""
