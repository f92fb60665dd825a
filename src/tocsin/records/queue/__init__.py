"""Work that may wait: a queue in the desk's own database, behind Django's task API.

    from tocsin.records.queue import TryAgain, job

    @job(max_attempts=5, first_wait_s=30.0)
    def announce(edition_id: int) -> None: ...

    announce.enqueue(edition.pk)          # part of the transaction that is open: both happen, or neither

A worker leases a job for a while and renews the lease as long as it works. When it dies, the lease runs out and
another worker takes the job up: so a job runs at least once, and perhaps twice. What must not happen twice says so
itself, as deliveries do. A lease is no act: nobody decided anything, so it takes no turn and leaves no audit entry.

table (the statements), backend (Django's task API), worker (the loop).
"""

from tocsin.records.queue.backend import LeasedJob, TryAgain, job, now, this_desk

__all__ = ["LeasedJob", "TryAgain", "job", "now", "this_desk"]
