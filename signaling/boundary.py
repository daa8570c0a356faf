"""Messages between our own processes: one JSON object per line over a local stream socket.

Pure: bytes in, messages out. Each process keeps the socket in its own shell; the messages are
declared in `server.media.requests` and `recorder.requests`.
"""

from typing import Generic, TypeVar

from pydantic import TypeAdapter

MessageT = TypeVar("MessageT")

LINE_LIMIT = 4 * 1024 * 1024
"""A longer line is a bug of ours: reading raises `ValueError` and the process ends."""


class Lines(Generic[MessageT]):
    """Cuts a byte stream into messages of one union type.

    Bounded by `LINE_LIMIT` bytes of an unfinished line.
    """

    def __init__(self, adapter: TypeAdapter[MessageT]) -> None:
        self._adapter = adapter
        self._rest = b""

    def feed(self, data: bytes) -> list[MessageT]:
        """The messages that `data` completes; raises `ValueError` for what is none."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_LIMIT:
            raise ValueError("a line of the process boundary is too long")
        return [self._adapter.validate_json(line) for line in lines if line]


def encode(adapter: TypeAdapter[MessageT], message: MessageT) -> bytes:
    """One message as the line that `Lines.feed` reads."""
    return adapter.dump_json(message) + b"\n"
