"""What can go wrong when bytes are kept, each with what to do about it.

TocsinError
+-- ArchiveError
    +-- NotKeptError        nothing under that SHA-256
    +-- DamagedError        the kept bytes, origin or log are no longer what was kept
    +-- OriginError         an origin that lacks what makes it one
    +-- CannotKeepError     the disk refused: full, read-only, no permission
"""

from tocsin.core.errors import TocsinError


class ArchiveError(TocsinError):
    """Something about the archive that a person can mend."""


class NotKeptError(ArchiveError):
    """No capture in this archive has that SHA-256."""


class DamagedError(ArchiveError):
    """Kept bytes no longer match the hash they were kept under."""

    exit_code = 3


class OriginError(ArchiveError):
    """An origin that does not say who, what, under which licence and when."""


class CannotKeepError(ArchiveError):
    """The file system would not take the bytes; nothing half-written counts as kept."""
