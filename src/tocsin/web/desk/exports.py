"""Data out and in: claims and ledger as tables, claims from a spreadsheet; and what else there is at the desk."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.editions.signing import fingerprint
from tocsin.core.errors import TocsinError
from tocsin.follow import actions as following
from tocsin.follow.queries import ledger_of
from tocsin.publish.following.documents import TRACK_RECORD, TrackRecord
from tocsin.publish.tables import cell
from tocsin.records.models import Record
from tocsin.review import actions
from tocsin.review.queries import claims, known_to
from tocsin.review.spreadsheet.planning import Plan, plan_claims
from tocsin.review.spreadsheet.reading import read_spreadsheet
from tocsin.review.spreadsheet.template import template
from tocsin.warn.site_folder import read_published
from tocsin.web import current_desk
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import do, done, now, sentence, who_and_when

UPLOAD_S = 3600
"""For how long an uploaded spreadsheet waits for its second look."""

ENDINGS = (".xlsx", ".csv")

CLAIM_COLUMNS = ("id", "state", "asserted_by", "text", "kind", "date", "places", "indicators", "stages", "grade",
                 "contested", "other_sides", "sources")  # fmt: skip
LEDGER_COLUMNS = ("id", "addressees", "instrument", "action", "made_by", "status", "as_of", "observation", "sources")


def more(request: HttpRequest) -> HttpResponse:
    """What else there is."""
    return render(request, "desk/more.html", {"links": []})


def settings(request: HttpRequest) -> HttpResponse:
    """What the desk is called, where it publishes, which key it signs with. Nothing secret is among it."""
    desk = current_desk()
    own = desk.settings
    rows = [
        ("Name", own.name, "as editions name the desk"),
        ("Sender", own.sender, "who sends an alert, as the CAP standard writes it"),
        ("Address", own.url, "where the site is published"),
        ("Language", own.language, "in which warnings are written, by its code"),
        ("Status", own.status, "Actual for real warnings; Exercise, Test or Draft is said on every page"),
        ("Database", "PostgreSQL" if own.database else "desk.sqlite3", "where the records lie"),
        ("Public key", fingerprint(desk.public_key()), "SHA-256 of the key that readers verify with"),
    ]
    return render(request, "desk/settings.html", {"settings": rows})


def exports(request: HttpRequest) -> HttpResponse:
    """What can be taken out, and brought in."""
    seen = access(request)
    writable = [each for each in seen.situations.values() if seen.can("analyst", each)]
    published = read_published(current_desk(), TRACK_RECORD, TrackRecord)
    context = {
        "situations": seen.situations.values(),
        "writable": writable,
        "published": published,
        "may_publish": seen.can("publisher"),
    }
    return render(request, "desk/exports.html", context)


@require_POST
def publish_following(request: HttpRequest) -> HttpResponse:
    """Freeze for the site how expectations came out, and what was seen of recommendations."""
    return do(
        request,
        lambda: following.publish(**who_and_when(request), desk=current_desk()),
        "Frozen: how every expectation came out, what was seen of recommendations. The next publishing shows it.",
        "desk:exports",
    )


def export_claims(request: HttpRequest, situation: str) -> StreamingHttpResponse:
    """The claims of a situation as CSV, chosen column by column."""
    where = access(request).get_situation(situation)
    rows = (
        (
            row.claim.id, row.state, row.claim.asserted_by, row.claim.text, row.claim.kind, row.claim.date,
            " ".join(row.claim.places), " ".join(row.claim.indicators), " ".join(map(str, row.claim.stages)),
            str(row.claim.grade) if row.grade_version else "", "yes" if row.claim.contested else "no",
            " | ".join(f"{each.by}: {each.text}" for each in row.claim.positions),
            " ".join(each.source for each in row.claim.sources),
        )
        for row in claims(where)
    )  # fmt: skip
    return _csv(f"claims-{situation}.csv", CLAIM_COLUMNS, rows)


def export_ledger(request: HttpRequest, situation: str) -> StreamingHttpResponse:
    """The ledger of a situation as CSV: a row for each observation."""
    where = access(request).get_situation(situation)
    rows = (
        (
            each.recommendation.id, " | ".join(who.name for who in each.recommendation.addressees),
            each.recommendation.instrument, each.recommendation.action, each.recommendation.made_by,
            one.status if one else "unanswered", one.as_of if one else "", one.text if one else "",
            " ".join(cited.source for cited in one.sources) if one else "",
        )
        for each in ledger_of([where.pk])
        for one in (each.responses or (None,))
    )  # fmt: skip
    return _csv(f"ledger-{situation}.csv", LEDGER_COLUMNS, rows)


def import_template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet of claims."""
    answer = HttpResponse(template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = 'attachment; filename="claims.xlsx"'
    return answer


def import_claims(request: HttpRequest, situation: str) -> HttpResponse:
    """Claims from a spreadsheet: first what would be recorded and what is wrong with which cell, then the recording."""
    seen = access(request)
    where = seen.get_situation(situation)
    require(request, "analyst", where)
    context: dict[str, Any] = {"situation": where}
    if request.method == "POST":
        try:
            data, name = _uploaded(request)
            plan = _plan(data, name, where, by=seen.person.name)
        except TocsinError as error:
            context["refused"] = sentence(error)
            return render(request, "desk/import.html", context, status=400)
        if request.POST.get("apply") and not plan.errors:
            versions = actions.record_claims(
                **who_and_when(request), situation=where, claims=plan.claims, reason=f"from the spreadsheet {name}"
            )
            return done(request, f"{len(versions)} claims are recorded, to be reviewed.", "desk:claims", situation)
        slot = hashlib.sha256(data).hexdigest()
        cache.set(f"upload-{seen.person.pk}-{slot}", (data, name), UPLOAD_S)
        context |= {"plan": plan, "slot": slot, "name": name, "shown": plan.problems[:200], "first": plan.claims[:20]}
    return render(request, "desk/import.html", context)


class UploadError(TocsinError):
    """A file that was not sent, or not of a kind that is read."""


def _uploaded(request: HttpRequest) -> tuple[bytes, str]:
    """The spreadsheet that was sent now, or looked over before."""
    slot = request.POST.get("slot", "")
    if slot:
        kept = cache.get(f"upload-{access(request).person.pk}-{slot[:64]}")
        if kept is None:
            raise UploadError("the spreadsheet is no longer here", remedy="Choose it again")
        return kept[0], kept[1]
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not (sent.name or "").lower().endswith(ENDINGS):
        raise UploadError("no spreadsheet was chosen", remedy="Choose an .xlsx or a .csv")
    if (sent.size or 0) > 20_000_000:
        raise UploadError("the spreadsheet is larger than 20 MB", remedy="Import it in parts")
    return sent.read(), Path(sent.name or "").name[:100]


def _plan(data: bytes, name: str, situation: Record, *, by: str) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(name).suffix.lower()}"
        path.write_bytes(data)
        sheet = read_spreadsheet(path)
    return plan_claims(sheet, known_to(situation), graded_by=by, on=now().date())


def _csv(name: str, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        for row in (columns, *rows):
            line = io.StringIO()
            csv.writer(line, lineterminator="\r\n").writerow(cell(each) for each in row)
            yield line.getvalue()

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
