"""Codecs: clock rates, names in SDP, and where a key frame begins. Pure."""

from signaling.events import Codec
from signaling.rtp import h264, vp8, vp9
from signaling.rtp.header import Buffer

CLOCK_RATES: dict[Codec, int] = {
    Codec.OPUS: 48_000,
    Codec.H264: 90_000,
    Codec.VP8: 90_000,
    Codec.VP9: 90_000,
}
"""RTP ticks per second (RFC 7587, 6184, 7741, 9628)."""

NAMES: dict[Codec, str] = {
    Codec.OPUS: "opus",
    Codec.H264: "H264",
    Codec.VP8: "VP8",
    Codec.VP9: "VP9",
}
"""How SDP spells them."""


def starts_key_frame(codec: Codec, packet: Buffer, start: int, end: int) -> bool:
    """Whether a decoder can begin with this packet; its payload is `packet[start:end]`.

    Sound can begin anywhere. Never raises: what cannot be read is no key frame.
    """
    match codec:
        case Codec.OPUS:
            return start < end
        case Codec.H264:
            return h264.starts_key_frame(packet, start, end)
        case Codec.VP8:
            return vp8.starts_key_frame(packet, start, end)
        case Codec.VP9:
            return vp9.starts_key_frame(packet, start, end)
