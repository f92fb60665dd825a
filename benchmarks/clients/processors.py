"""Processor time of a server and of its database, from what Linux counts for their processes; 0 elsewhere."""

from __future__ import annotations

import os
from pathlib import Path


class Processors:
    """Of two trees of processes, each by its first: the web server's and, if it is one of its own, the database's."""

    def __init__(self, database: int | None) -> None:
        self.server = 0
        self.database = database

    def used(self) -> tuple[float, float]:
        """Seconds that each of them has taken until now, (web, database)."""
        return _tree(self.server), _tree(self.database) if self.database else 0.0


def _tree(first: int) -> float:
    spent = {}
    children: dict[int, list[int]] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        number = int(each.parent.name)
        children.setdefault(int(said[1]), []).append(number)
        spent[number] = sum(map(int, said[11:15]))  # its own, and that of children which ended
    found, todo = 0, [first]
    while todo:
        number = todo.pop()
        found += spent.get(number, 0)
        todo += children.get(number, [])
    return found / os.sysconf("SC_CLK_TCK")
