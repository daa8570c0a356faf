"""Header extensions by name, and what their values mean. Pure."""

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
"""The section a packet belongs to (RFC 9143, 15)."""
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
"""How loud it is (RFC 6464)."""
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
"""When it was sent: 24 bits, 6 of them whole seconds."""
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
"""Its number on the transport, 16 bits, whatever the SSRC."""

RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
"""The layer of a section a packet belongs to (RFC 8852, 3.1)."""
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
"""The layer that a retransmission repairs (RFC 8852, 3.2)."""

SILENCE = 127
"""The level of silence, in -dBov."""


def abs_send_time(seconds: float) -> bytes:
    """Three octets for a moment of any clock that is given in seconds; wraps every 64 s."""
    return (int(seconds * 262_144) & 0xFFFFFF).to_bytes(3, "big")
