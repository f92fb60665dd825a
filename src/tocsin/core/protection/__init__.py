"""Source protection without I/O: what may go out, sealing, coarsening, consent, and the checklist of harm.

declared    each field of every noun is public, internal or confidential
sealing     confidential values encrypted, bound to their record and version
coarsening  places and dates of people at risk, made less exact before they are frozen
known       what rules are told of protected people and places, embargoes and consent
checklist   what a second person looks at before signing, with what the rules found beside it
"""
