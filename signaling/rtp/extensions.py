"""Header extensions by name, and what their values mean. Pure."""

from signaling.rtp.header import Buffer

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
"""The section a packet belongs to (RFC 9143, 15)."""
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
"""How loud it is (RFC 6464)."""
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
"""When it was sent: 24 bits, 6 of them whole seconds."""
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
"""Its number on the transport, 16 bits, whatever the SSRC."""

SILENCE = 127
"""The level of silence, in -dBov."""


def audio_level(value: Buffer, at: int) -> int:
    """The level in -dBov at an offset, 0 loudest and 127 silence (RFC 6464, 3)."""
    return value[at] & 127


def abs_send_time(seconds: float) -> bytes:
    """Three octets for a moment of any clock that is given in seconds; wraps every 64 s."""
    return (int(seconds * 262_144) & 0xFFFFFF).to_bytes(3, "big")


def send_delay(value: Buffer, at: int, now: float) -> float:
    """Seconds between the time at an offset and `now`, of the same clock; at most 64 s back."""
    sent = int.from_bytes(value[at : at + 3], "big")
    return ((int(now * 262_144) - sent) & 0xFFFFFF) / 262_144
