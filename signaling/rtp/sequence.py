"""Sequence numbers that do not wrap, and RTP's clocks (RFC 3550, RFC 3711 3.3.1). Pure."""

NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 868)."""


def extend(sequence: int, highest: int) -> int:
    """The index of a 16-bit sequence number, given the highest index so far.

    The index is rollover counter times 65,536 plus sequence number, chosen so that it lies within
    half the range of `highest` (RFC 3711, 3.3.1). Negative for what was sent before the first lap;
    nobody can use that.
    """
    return highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000


def difference(later: int, earlier: int) -> int:
    """Signed difference of two 32-bit timestamps, within half the range."""
    return ((later - earlier + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


def to_ntp(seconds: float) -> int:
    """The 64-bit NTP timestamp of a moment in seconds since 1970 (RFC 3550, 4)."""
    whole = int(seconds // 1)
    return (whole + NTP_EPOCH & 0xFFFF_FFFF) << 32 | int((seconds - whole) * 4_294_967_296)


def from_ntp(ntp: int) -> float:
    """Seconds since 1970 of a 64-bit NTP timestamp of the era that began in 1900."""
    return (ntp >> 32) - NTP_EPOCH + (ntp & 0xFFFF_FFFF) / 4_294_967_296


def middle(ntp: int) -> int:
    """The middle 32 bits, as receiver reports name a sender report (RFC 3550, 6.4.1)."""
    return ntp >> 16 & 0xFFFF_FFFF
