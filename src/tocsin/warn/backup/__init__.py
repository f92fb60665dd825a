"""A backup of the whole desk: one file from which the desk comes back, on this machine or another.

    desk-2026-11-25.tar
      desk/...              files of the desk's folder: settings, public key, editions and log, archive, tables
      rows/records.claim    all rows of each table of the records, in a form of neither database (`records.rows`)
      manifest.json         last: format, when, which migrations, and name, size and SHA-256 of every other member

Left out: what is derived and can be made again (site/, cache/), what an interrupted command left behind, links; and
private/, with the keys, unless it is asked for. The setting `database` is left out too: it holds a password, and a
restored desk must not write into the database of the one it was taken from.

    manifest.py    what a backup says of itself
    writing.py     a desk -> a file
    restoring.py   a file -> a desk, wholly verified before any of it is in place
"""
