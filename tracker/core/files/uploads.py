"""Files on their way in: where the disk is full the form still comes through, and the file alone is missing."""

import tempfile
from contextlib import suppress
from typing import IO, Any, Final

import flask

from tracker.core.db.outage import NO_ROOM, outage_of

IN_MEMORY: Final = 500 * 1024  # bytes; what is larger goes to a file at once


class Incoming(tempfile.SpooledTemporaryFile[bytes]):
    """A file that is being received. Where there was no room for it, whoever reads it is told; nobody before.

    The text that was typed beside it is parsed from the same stream, and would be lost.
    """

    fault: OSError | None = None

    def write(self, content: Any) -> int:
        """Take a part; what follows a full disk is passed over."""
        if self.fault is None:
            try:
                return super().write(content)
            except OSError as fault:
                if outage_of(fault) != NO_ROOM:
                    raise
                self.fault = fault
        return len(content)

    def read(self, *size: int) -> bytes:
        """The content. Raises OSError where there was no room for it."""
        if self.fault is not None:
            raise self.fault
        return super().read(*size)

    def seek(self, *where: int) -> int:
        """Go to a place. The last part was kept in memory so far: here the full disk may be met first."""
        try:
            return super().seek(*where)
        except OSError as fault:
            if outage_of(fault) != NO_ROOM:
                raise
            self.fault = self.fault or fault
            return 0

    def close(self) -> None:
        """Let it go; what could not be written before cannot be written now either."""
        with suppress(OSError):
            super().close()


class Request(flask.Request):
    """A request whose files are received so."""

    def _get_file_stream(self, *_told: Any, **_more: Any) -> IO[bytes]:
        return Incoming(max_size=IN_MEMORY, mode="rb+")
