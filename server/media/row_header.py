"""The extension block that one slot's packets bear, and where its changing elements stand. Pure."""

from server.media.path import is_numbered
from signaling.agreement import Section
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.rtp.header import extension_block


def has_level(section: Section) -> bool:
    """Whether the level of a sound is told: behind the send time alone."""
    ids = section.extensions
    return ABS_SEND_TIME in ids and section.kind == "audio" and AUDIO_LEVEL in ids


def number_at(section: Section) -> int:
    """Where the transport-wide number stands in the extension block of a slot."""
    sent = 4 if ABS_SEND_TIME in section.extensions else 0
    return 4 + sent + (2 if has_level(section) else 0) + 1


def extensions_of(section: Section) -> bytes:
    """The extension block of a slot: send time, a sound's level, transport-wide number, name."""
    elements: dict[int, bytes] = {}
    ids = section.extensions
    if ABS_SEND_TIME in ids:
        elements[ids[ABS_SEND_TIME]] = bytes(3)
    if has_level(section):
        elements[ids[AUDIO_LEVEL]] = bytes(1)
    if is_numbered(section):
        elements[ids[TRANSPORT_CC]] = bytes(2)
    if MID in ids:
        elements[ids[MID]] = section.mid.encode()
    return extension_block(elements)
