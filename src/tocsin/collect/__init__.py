"""Run a source: what a publisher gives becomes a dated, checked table, or nothing changes.

    fetch or --from -> archive -> parse -> account for every field -> check -> Parquet + origin -> run record

A source is a folder, `sources/<name>/`, read by `tocsin.collect.source`:

    source.toml   who publishes it, on which terms, what each column means, what must hold; checked when loaded
    parse.py      only for what cannot be declared; pure: no network, database, clock or environment
    sample/       a few invented rows in the publisher's format, named for the layout they show

What `parse.py` may export, all of it optional:

    requests(given)        a generator that yields a `Request` and is sent the `Reply`: paging, tokens, cursors.
                           It returns the new cursor, kept only when the run ends well.
    records(path, layout)  for a layout with format = "records": dicts of the publisher's field to text, bytes
                           or None, with exactly the layout's header; `Fields` helps to leave nothing behind.
    documents(...)         for a source with kind = "documents": see `tocsin.collect.documents`.

A table's layouts name the shapes in which a publisher has given it. Every column of a layout is read, or
stands under `left` with the reason. A file that fits no layout stops the run, and the message says which column
is new, gone or moved.

On disk, in a desk:

    tables/raw/<source>/
        <version or run date>/<key>/     one good run; the key is a digest of the inputs and of the parser
            <table>/part-0000.parquet
            origin.json                  who, what, on which terms; inputs by SHA-256; the usage warnings
        runs/<run id>.json               one record for each run, also of those that failed or were killed
        current.json                     which folder is the last good one, overall and for each version
        fetched.jsonl                    what was downloaded, so that a killed run does not ask for it twice
        .work-<key>/                     parts of a run that did not end; the next one takes them up
        .lock                            held while a run goes on

A folder appears by one rename, after every check has passed. `current.json` is replaced only after that.
"""
