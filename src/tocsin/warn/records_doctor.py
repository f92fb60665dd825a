"""Look over what records and edition files say of one another: the index, the sign-offs, the words that were signed."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.audit import read_body
from tocsin.core.editions.canonical import sha256
from tocsin.core.editions.verification import Failure
from tocsin.core.errors import TocsinError
from tocsin.core.life_cycles import DELIVERY
from tocsin.records.models import AuditEntry, Delivery, Edition, Record, SignOff
from tocsin.warn.assembly import assemble
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.queries import must_update


def examine(desk: DeskFolder) -> Iterator[Failure]:
    """Everything that records and edition files do not say alike."""
    for sign_off in SignOff.objects.select_related("submission__draft__parent", "submission__draft__situation"):
        draft = sign_off.submission.draft
        where = f"sign-off {sign_off.pk} of {draft.path}"
        try:
            found = assemble(draft, sign_off.act_id).sha256
        except (TocsinError, ValueError) as error:
            yield Failure(where=where, text=f"what was signed cannot be put together again: {error}")
            continue
        if found != sign_off.content_sha256:
            yield Failure(where=where, text="what was signed does not come together again from the records")
    yield from _index(EditionStore(desk.editions))
    yield from _deliveries()
    yield from _published(desk)
    for bulletin in Record.objects.filter(kind="bulletin").select_related("situation"):
        if gone := must_update(bulletin):
            yield Failure(
                where=bulletin.path,
                text=f"it must be updated: its newest edition carries {', '.join(gone)}, which stands no longer; "
                f"tocsin warn without-withdrawn {bulletin.key}",
            )


def _deliveries() -> Iterator[Failure]:
    """That each delivery stands where its steps lead, and took none that there is not."""
    for delivery in Delivery.objects.prefetch_related("steps").iterator(chunk_size=500):
        steps = sorted(delivery.steps.all(), key=lambda step: step.number)
        for wrong in DELIVERY.check_history([(step.verb, step.before, step.after) for step in steps]):
            yield Failure(where=str(delivery), text=wrong)
        stands = steps[-1].after if steps else DELIVERY.start
        if delivery.state != stands:
            yield Failure(
                where=str(delivery), text=f"it is said to be {delivery.state!r}, and its steps lead to {stands!r}"
            )


def _published(desk: DeskFolder) -> Iterator[Failure]:
    """That what was frozen for the site is what the last act of it froze."""
    last = AuditEntry.objects.filter(action="follow.publish").order_by("seq").last()
    if last is None:
        return
    for name, digest in read_body(last.body).detail.items():
        path = desk.published / name
        if not path.is_file():
            yield Failure(where=str(path), text="it was frozen for the site, and is missing; tocsin follow publish")
        elif sha256(path.read_bytes()) != digest:
            yield Failure(
                where=str(path), text=f"it is not what act {last.seq} froze for the site; tocsin follow publish"
            )


def _index(store: EditionStore) -> Iterator[Failure]:
    logged = {}
    for signed in store.iter_entries():
        logged[signed.entry.warning, signed.entry.edition] = signed.entry
    indexed = set()
    for row in Edition.objects.select_related("bulletin"):
        key = (row.bulletin.key, row.number)
        indexed.add(key)
        entry = logged.get(key)
        where = f"edition {row.number} of {row.bulletin.key}"
        if entry is None:
            yield Failure(where=where, text="the records know it, and the log of editions does not")
        elif entry.edition_sha256 != row.sha256:
            yield Failure(where=where, text="the records and the log of editions name different bytes")
    on_record = set(Record.objects.filter(kind="bulletin").values_list("key", flat=True))
    for warning, number in sorted(set(logged) - indexed):
        if warning in on_record:
            yield Failure(
                where=f"edition {number} of {warning}",
                text="it is logged and not on record: issuing was interrupted; issue the draft again",
            )
