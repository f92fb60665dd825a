"""Deliver what was issued: by e-mail, to webhooks, and a word to the hub that feeds changed. The network's way out.

    warn.issue ──> targets (who gets it) ──> deliveries, queued with the edition in one transaction
                                              │
        a worker: jobs.announce ──> the site is published ──> jobs.deliver, once for each
                                              │
                               mail │ webhook │ websub ──> an Outcome ──> a step of the delivery

A delivery is sent once, or says that it may have been sent twice: what is about to be sent is on record before the
first byte leaves, and a worker that dies in between leaves it `sending`, which the next one to look calls `unsure`.
"""
