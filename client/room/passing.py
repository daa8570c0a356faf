"""Whether the packets of a camera's stream go on as they are, and what they need for that; pure.

H.264 that every decoder plays from each key frame on, without a delay: no B-frames, a key frame
every two seconds. A key frame that is asked for then waits for the camera's next one.
"""

from enum import StrEnum
from typing import Final

from client.room.payloads import nal_units

KEY_SECONDS: Final = 2.2
"""At most between two key frames: two seconds and a camera's inexactness."""
PLAYED: Final = ("yuv420p", "yuvj420p", "nv12", None)
"""Forms of pictures that decoders of H.264 in browsers play; none: not known before decoding."""
_SPS: Final = 7
_IDR: Final = 5


class Why(StrEnum):
    """Why a stream is encoded anew."""

    CODEC = "codec"
    """It is not H.264."""
    FORM = "form"
    """It is H.264 that browsers do not play: 10 bits, or 4:2:2."""
    B_FRAMES = "b_frames"
    """Pictures refer to later ones, which delays and which WebRTC does not know."""
    KEY_FRAMES = "key_frames"
    """Whoever comes late would wait too long for a picture."""


class Passing:
    """Looks at one stream, packet by packet; what once speaks against it counts to its end."""

    def __init__(self, codec: str, form: str | None, b_frames: bool, parameters: bytes) -> None:
        self.why: Why | None = None
        """Why it is to be encoded anew; none while it may pass."""
        self.key_seconds = 0.0
        """The longest time without a key frame so far."""
        self._parameters = b"".join(b"\0\0\0\1" + unit for unit in nal_units(parameters))
        self._last: float | None = None
        self._key: float | None = None
        if codec != "h264":
            self.why = Why.CODEC
        elif form not in PLAYED:
            self.why = Why.FORM
        elif b_frames:
            self.why = Why.B_FRAMES

    def look(self, at: float, key: bool) -> None:
        """One packet more, shown `at` seconds."""
        if self._last is not None and at < self._last:
            self.why = self.why or Why.B_FRAMES
        self._last = at
        self._key = at if self._key is None else self._key
        self.key_seconds = max(self.key_seconds, at - self._key)
        if key:
            self._key = at
        if self.key_seconds > KEY_SECONDS:
            self.why = self.why or Why.KEY_FRAMES

    def unit(self, data: bytes) -> bytes:
        """An access unit in Annex B form that can be decoded by itself if it is a key frame."""
        kinds = {unit[0] & 31 for unit in nal_units(data)}
        return self._parameters + data if _IDR in kinds and _SPS not in kinds else data
