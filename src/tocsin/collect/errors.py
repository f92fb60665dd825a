"""What can go wrong in a run that a person can mend.

TocsinError
+-- CollectError
    +-- SourceError      source.toml or parse.py is not right
    +-- InputError       the bytes are not what they should be: cut short, a bomb, an error page
    +-- LayoutError      the publisher changed the shape: a column is new, gone, moved or of another type
    +-- ExpectationError the rows were read, and something declared about them does not hold
    +-- BusyError        another run of this source is going on
    +-- StoreError       the desk could not be written: the disk is full, a folder is not writable
"""

from tocsin.core.errors import TocsinError


class CollectError(TocsinError):
    """A run of a source could not end well."""


class SourceError(CollectError):
    """A source's own declaration is not right."""


class InputError(CollectError):
    """The bytes that came are not what they should be."""


class LayoutError(CollectError):
    """The publisher's shape is none of those that the source declares."""


class ExpectationError(CollectError):
    """Rows were read, but something that the source declares about them does not hold."""


class BusyError(CollectError):
    """Another run of the same source is going on."""


class StoreError(CollectError):
    """The desk could not be written."""
