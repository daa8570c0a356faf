"""Asks, for every source, whether it may be recorded (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.programme.consent import Purpose, Shown, Standing, cover, shows_class
from signaling.events import ConsentDecided, Event, Kind, Role, SourcePublished
from signaling.ids import ParticipantId, SourceId, owner_of
from signaling.messages import LessonState


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What is known of the classes in the rooms just now."""

    standings: Mapping[ParticipantId, Standing] = field(default_factory=dict)
    """How far each room's classes have agreed; a room outside the timetable answers for itself."""
    seated: frozenset[ParticipantId] = frozenset()
    """Rooms whose exceptions sit out of view."""


NOTHING_KNOWN = Consents()


def with_decisions(
    events: Iterable[Event], state: LessonState, consents: Consents = NOTHING_KNOWN
) -> list[Event]:
    """The events, and after each newly published source whether its bytes may reach the disk."""
    known = {source.source for source in state.sources}
    result: list[Event] = []
    for event in events:
        result.append(event)
        if isinstance(event, SourcePublished) and event.source not in known:
            result.append(decision(event.source, event.kind, state, consents))
    return result


def changed(state: LessonState, consents: Consents) -> list[Event]:
    """The decisions of running sources that are others than they were."""
    fresh = [decision(one.source, one.kind, state, consents) for one in state.sources]
    return [
        new
        for new, old in zip(fresh, state.sources, strict=True)
        if (new.allowed, new.reason) != (old.recorded, old.consent)
    ]


def decision(
    source: SourceId, kind: Kind, state: LessonState, consents: Consents = NOTHING_KNOWN
) -> ConsentDecided:
    """Whether a source may be recorded, as an event."""
    owner = owner_of(source)
    member = next((one for one in state.participants if one.participant == owner), None)
    # Nobody known: the strictest there is.
    role, host = (Role.VIEWER, False) if member is None else (member.role, member.host)
    of_class = shows_class(kind, host=host)
    shown = Shown(
        role=role,
        standing=consents.standings.get(owner) if of_class else None,
        seated=owner in consents.seated,
    )
    covered = cover({source: shown}, Purpose.RECORD)[source]
    return ConsentDecided(source=source, allowed=covered.allowed, reason=covered.reason)
