"""Claims from a spreadsheet: read its cells, plan what they would record, say what is wrong with which cell.

    reading.py    a file -> rows of cells, within limits            (.xlsx, .csv)
    cells.py      what stands in a cell, a row, a sheet
    columns.py    which columns there are, what each may hold
    known.py      what is on record, as far as claims refer to it or say it again
    rows.py       one row -> a claim, or what is wrong with which cell
    findings.py   what is wrong with which cell, and what to write instead
    planning.py   a sheet -> claims and problems; pure: no file, no database, no clock
    template.py   an empty spreadsheet with the columns and codes explained

What is recorded is `review.actions.record_claims`: all of the claims in one act, or none.
"""
