"""What can be wrong with a map that a person can mend."""

from tocsin.core.errors import TocsinError


class MapError(TocsinError):
    """A map cannot be frozen or drawn: a shape is missing, empty, unknown or outside the world."""
