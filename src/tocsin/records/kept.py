"""What was worked out from the records of a situation, kept until the next act in it.

    numbers = Kept(work_out)          work_out(situations) gives a value for each, by number
    numbers(access.last_acts)         those in which nothing was done are not worked out anew

Why this is safe is told in docs/explanation/how-the-desk-stays-quick.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tocsin.records.models import AuditEntry, Record

T = TypeVar("T")
M = TypeVar("M", bound=Model)


def with_last_acts(rows: QuerySet[M], situation: str = "pk") -> QuerySet[M]:
    """Rows about situations, each with `last_act`: the hash of the last act in it, empty before there is one.

    situation: the column that holds its number
    """
    acts = AuditEntry.objects.filter(situation=OuterRef(situation)).order_by("-seq").values("sha256")
    return rows.annotate(last_act=Coalesce(Subquery(acts[:1]), Value("")))


def last_act(situation: int | None) -> str:
    """The hash of the last act in one situation."""
    acts = AuditEntry.objects.filter(situation=situation).order_by("-seq")
    return acts.values_list("sha256", flat=True).first() or ""


class Kept(Generic[T]):
    """What was worked out from the records of a situation, kept in this process by the last act in it.

    An act writes to its own situation alone, and its hash stands for all that was done until then, in this desk and no
    other: as long as it is the last, what was worked out still holds. Whoever asks has made sure that the reader may
    see the situations. Nothing that depends on the reader or on the day is kept so, and nothing that is confidential.
    """

    def __init__(self, work_out: Callable[[Collection[int]], Mapping[int, T]], most: int = 256) -> None:
        self._work_out = work_out
        self._most = most
        self._kept: dict[int, tuple[str, T]] = {}

    def __call__(self, last_acts: Mapping[int, str]) -> dict[int, T]:
        """What holds for each of some situations, by number, each with its `last_act`."""
        found: dict[int, T] = {}
        missing = []
        for number, act in last_acts.items():
            kept = self._kept.get(number)
            if kept is not None and kept[0] == act and act:
                found[number] = kept[1]
            else:
                missing.append(number)
        if missing:
            made = self._work_out(missing)
            if len(self._kept) + len(missing) > self._most:
                self._kept.clear()
            for number in missing:
                self._kept[number] = last_acts[number], made[number]
                found[number] = made[number]
        return {number: found[number] for number in last_acts}


def counts_now(last_acts: Mapping[int, str]) -> dict[tuple[int, str, str], int]:
    """How many records there are by situation, kind and state, for situations with the last act in each."""
    kept = _counted(last_acts)
    return {(where, kind, state): n for where, listed in kept.items() for kind, state, n in listed}


def _count(situations: Collection[int]) -> dict[int, list[tuple[str, str, int]]]:
    rows = Record.objects.filter(situation__in=situations).order_by().values_list("situation", "kind", "state")
    found: dict[int, list[tuple[str, str, int]]] = {number: [] for number in situations}
    for where, kind, state, n in rows.annotate(n=Count("pk")):
        found[where].append((kind, state, n))
    return found


_counted = Kept(_count)
