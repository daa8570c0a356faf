"""Asks, for every source that appears, whether it may be recorded (pure)."""

from collections.abc import Iterable

from server.programme.consent import Purpose, cover
from signaling.events import ConsentDecided, Event, Role, SourcePublished
from signaling.ids import SourceId, owner_of
from signaling.messages import LessonState


def with_decisions(events: Iterable[Event], state: LessonState) -> list[Event]:
    """The events, and after each newly published source whether its bytes may reach the disk."""
    known = {source.source for source in state.sources}
    result: list[Event] = []
    for event in events:
        result.append(event)
        if isinstance(event, SourcePublished) and event.source not in known:
            result.append(decision(event.source, state))
    return result


def decision(source: SourceId, state: LessonState) -> ConsentDecided:
    """Whether a source may be recorded, as an event."""
    roles = {known.participant: known.role for known in state.participants}
    # Nobody known: the strictest there is.
    role = roles.get(owner_of(source), Role.VIEWER)
    covered = cover({source: role}, Purpose.RECORD)[source]
    return ConsentDecided(source=source, allowed=covered.allowed, reason=covered.reason)
