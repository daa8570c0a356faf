"""The tree of errors and their stable codes.

* `TongkeError`: has a code, data for its sentence, and says who caused it
    * `UserError`: a person asked for what cannot be done now; shown with what to do next
    * `PeerError`: the other end broke the protocol; its session ends

A bug is neither: it is an ordinary exception that ends the task of one lesson.
The sentence for every code stands in `signaling/locale`, in Chinese and in English.
"""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """What went wrong, as a word that never changes its meaning."""

    # the other end does not speak our language
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    VERSION_UNSUPPORTED = "version_unsupported"
    HELLO_EXPECTED = "hello_expected"
    HELLO_REPEATED = "hello_repeated"
    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    BAD_SDP = "bad_sdp"
    NO_COMMON_CODEC = "no_common_codec"
    # the link or the key does not open this door
    LINK_INVALID = "link_invalid"
    LINK_EXPIRED = "link_expired"
    RESUME_REFUSED = "resume_refused"
    BARRED = "barred"
    REMOVED = "removed"
    TURNED_AWAY = "turned_away"
    LOCKED = "locked"
    LESSON_FULL = "lesson_full"
    LESSON_UNKNOWN = "lesson_unknown"
    LESSON_OVER = "lesson_over"
    LESSON_BROKEN = "lesson_broken"
    SERVER_STOPPING = "server_stopping"
    SERVER_UNTRUSTED = "server_untrusted"
    # not now, or not you
    NOT_ALLOWED = "not_allowed"
    NOT_STARTED = "not_started"
    ALREADY_STARTED = "already_started"
    NO_SUCH_PARTICIPANT = "no_such_participant"
    NO_SUCH_DEVICE = "no_such_device"
    NO_SUCH_SOURCE = "no_such_source"
    NOT_HERE = "not_here"
    NOT_CALLED = "not_called"
    PAUSED = "paused"
    BANNED = "banned"
    CHAT_OFF = "chat_off"
    CAMERA_OFF = "camera_off"
    MICROPHONE_OFF = "microphone_off"
    SHARING_OFF = "sharing_off"
    SECOND_MICROPHONE = "second_microphone"
    TOO_MANY_SOURCES = "too_many_sources"
    MEDIA_UNAVAILABLE = "media_unavailable"


class TongkeError(Exception):
    """Anything that is refused with a code instead of being done."""

    def __init__(self, code: Code, **data: str | int | float) -> None:
        super().__init__(code.value)
        self.code = code
        """The stable word on the wire."""
        self.data: Mapping[str, str | int | float] = data
        """What the sentence of this code needs to be filled in."""


class UserError(TongkeError):
    """A person asked for what cannot be done now."""


class PeerError(TongkeError):
    """The other end broke the protocol; its session ends."""
