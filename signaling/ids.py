"""Typed names of things; random (UUIDv7) and made by shells, never counted."""

from typing import NewType

LessonId = NewType("LessonId", str)
"""A planned lesson; the name of its folder."""

ParticipantId = NewType("ParticipantId", str)
"""A person or classroom in one lesson."""

DeviceId = NewType("DeviceId", str)
"""One page or one `tongke room` of a participant."""

PeerId = NewType("PeerId", str)
"""One ICE and DTLS association on one worker."""

SourceId = NewType("SourceId", str)
"""`<participant>/<name>`: one picture or one sound of a participant, whichever device sends it."""


def source_id(participant: ParticipantId, name: str) -> SourceId:
    """The id of a participant's source; the same name from another device continues it."""
    return SourceId(f"{participant}/{name}")


def owner_of(source: SourceId) -> ParticipantId:
    """The participant whose source this is."""
    return ParticipantId(source.partition("/")[0])
