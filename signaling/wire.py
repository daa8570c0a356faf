"""JSON to messages and back: strict and bounded. Raises nothing but `PeerError` (pure).

Size is bounded here, nesting by the reader (`pydantic_core`, 200 deep), texts and numbers by the
messages. Broad ones are refused before they are looked at: each unknown key would be an error of
its own, and 20,000 of them were measured to take 70 ms.
"""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from signaling.errors import Code, PeerError
from signaling.messages import FROM_DEVICE, TO_DEVICE, FromDevice, ToDevice

SIZE_LIMIT = 256 * 1024
"""Bytes of the largest message a device may send."""

LARGE = 4096
"""Texts of more characters are counted before they are read."""
COMMAS_LIMIT = 5000
"""More commas are refused unread; those in an honest SDP are hundreds."""
PARTS_LIMIT = 500
"""More values in one message are refused; the broadest honest one, an offer, has about 100."""

MessageT = TypeVar("MessageT")

_ANY: TypeAdapter[FromDevice | ToDevice] = TypeAdapter(FromDevice | ToDevice)


def from_device(text: str | bytes) -> FromDevice:
    """What a device sent; raises `PeerError` TOO_LARGE, UNKNOWN_TYPE or MALFORMED."""
    if len(text) > SIZE_LIMIT:
        raise PeerError(Code.TOO_LARGE, most=SIZE_LIMIT)
    return _read(FROM_DEVICE, text, bounded=True)


def to_device(text: str | bytes) -> ToDevice:
    """What the server sent, for devices written in Python; raises as `from_device`."""
    return _read(TO_DEVICE, text, bounded=False)


def write(message: FromDevice | ToDevice) -> str:
    """A message as the text that crosses."""
    return _ANY.dump_json(message).decode()


def _read(adapter: TypeAdapter[MessageT], text: str | bytes, *, bounded: bool) -> MessageT:
    """One message of a union."""
    try:
        if bounded and len(text) > LARGE and (_commas(text) > COMMAS_LIMIT or _is_broad(text)):
            raise PeerError(Code.MALFORMED)
        return adapter.validate_json(text)
    except ValidationError as error:
        raise PeerError(Code.UNKNOWN_TYPE if _is_unknown(error) else Code.MALFORMED) from None
    except ValueError:
        raise PeerError(Code.MALFORMED) from None


def _is_unknown(error: ValidationError) -> bool:
    """Whether it is a message whose type we do not know, and nothing else is wrong."""
    if error.error_count() != 1:
        return False
    (only,) = error.errors(include_url=False, include_context=False, include_input=False)
    return only["type"] == "union_tag_invalid" and not only["loc"]


def _commas(text: str | bytes) -> int:
    """How many values a JSON text may have at most, but for nesting: cheap to know."""
    return text.count(",") if isinstance(text, str) else text.count(b",")


def _is_broad(text: str | bytes) -> bool:
    """Whether a JSON text is made of more than `PARTS_LIMIT` values."""
    parts = 0
    waiting: list[object] = [from_json(text)]
    while waiting and parts <= PARTS_LIMIT:
        one = waiting.pop()
        parts += 1
        if isinstance(one, dict | list):
            if len(one) > PARTS_LIMIT:
                return True
            waiting.extend(one.values() if isinstance(one, dict) else one)
    return parts > PARTS_LIMIT
