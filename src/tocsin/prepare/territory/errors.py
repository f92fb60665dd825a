"""What can go wrong when maps are compared.

PrepareError
+-- TerritoryError   there is no such series, or its maps cannot be compared
"""

from tocsin.prepare.errors import PrepareError


class TerritoryError(PrepareError):
    """A series of maps that cannot be compared."""
