"""What can go wrong in preparing tables that a person can mend.

TocsinError
+-- PrepareError
    +-- RefusedError  a table breaks what is expected of it; the last good one stays
    +-- EngineError   the engine that the desk names cannot be used, or needs more memory than it may use
    +-- MissingError  there is no such table, or nothing to make it from
    +-- TerritoryError  a series of maps that cannot be compared (in `territory`)
    +-- QueryError    a query that is not one bounded reading of the tables
"""

from __future__ import annotations

from tocsin.core.errors import TocsinError


class PrepareError(TocsinError):
    """Tables could not be prepared."""


class RefusedError(PrepareError):
    """A table breaks what is expected of it."""


class EngineError(PrepareError):
    """The engine cannot be used."""


class MissingError(PrepareError):
    """There is no such table."""


class QueryError(PrepareError):
    """A query that may not run, or cannot."""
