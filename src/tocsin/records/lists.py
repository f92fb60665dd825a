"""The newest of several situations, each read from the end of its index. In one, a database sorts them all."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from tocsin.records.acting import batched


def newest_of_each(situations: Collection[int], one: str, values: tuple[object, ...], limit: int) -> list[int]:
    """The highest numbers that a statement finds in situations, the highest first.

    one: gives numbers of one situation, which it is told first, the highest first;  values: what else it is told
    """
    found: list[int] = []
    each = f"SELECT * FROM ({one} LIMIT %s) AS newest"  # noqa: S608  # the statement is ours
    for some in batched(sorted(situations), 100):  # SQLite joins no more than five hundred
        with connection.cursor() as cursor:
            cursor.execute(
                f"{' UNION ALL '.join([each] * len(some))} ORDER BY 1 DESC LIMIT %s",
                [*(value for number in some for value in (number, *values, limit)), limit],
            )
            found += [number for (number,) in cursor.fetchall()]
    return sorted(found, reverse=True)[:limit]
