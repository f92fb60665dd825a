"""What people decided, and when, and why. Nothing here is overwritten.

    Record      the identity of one noun: a claim, a finding, a draft. Its `head` and `state` only point
    Version     what it said: immutable, numbered, canonical JSON of the noun in `core.model`, with its SHA-256
    Step        how it moved through its life cycle: immutable, numbered
    Submission  a draft put before a second person, with every version that it carries; then SignOff, Edition
    AuditEntry  one entry for each act, hash-chained; it holds the hash of every row that the act added

One mechanism serves every noun (`nouns.py` lists them): so history, doctor, backup and the triggers that forbid
change are each written once. `acting.py` holds the only code that writes; it is called from the verbs' `actions.py`
and nowhere else, which tests/house holds the project to.
"""
