"""What is published of following: the track record of expectations, and the ledger of who was asked for what.

    documents   what a desk froze for the site: `published/track-record.json`, `published/responses.json`
    record      how expectations came out: counts, score, calibration, what was hit, missed, cried wolf
    ledger      recommendations of issued editions, each with its dated series
    tables      both as CSV with HXL tags

As an Edition is the joint for warnings, these documents are the joint for what follows them. The site is a function of
them and of issued editions, and of nothing else that a desk holds.
"""
