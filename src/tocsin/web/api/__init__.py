"""The JSON API at /api/1/: what is published, for anybody; what is on record, by scoped tokens and the same actions.

    structs.py    the one seam between ninja and msgspec: bodies, answers and schemas are the nouns of `core.model`
    problems.py   every error as problem+json: what was wrong, where, what to do
    tokens.py     who asks, and how far their token reaches
    targets.py    the record that an address names; what somebody may not see is not there
    public.py     what the site publishes, from the site's own files
    reading.py    what is on record, by role
    review.py  assess.py  warn.py  follow.py    one call of one action each

An address decides nothing: what may be done is for the actions to say.
"""
