"""How long each classroom talked, by the journal. Pure."""

from collections.abc import Iterable

from pydantic.dataclasses import dataclass

from signaling.events import STRICT, Event, LessonOpened, Talked
from signaling.ids import ParticipantId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TalkTime:
    """How long one classroom talked."""

    participant: ParticipantId
    """Which."""
    seconds: float
    """Of talk, short pauses among it."""
    share: float
    """Of what all classrooms talked, 0 to 1; who talks at the same time counts each."""


def talk_time(events: Iterable[Event]) -> list[TalkTime]:
    """Of the host room first, then in the order of the plan; nothing if nobody was heard to talk.

    A room that said nothing has its zero: that is what a reviewer looks for.
    """
    seconds: dict[ParticipantId, float] = {}
    for event in events:
        match event:
            case LessonOpened():
                rooms = sorted(event.rooms, key=lambda room: not room.host)
                seconds |= {room.participant: 0.0 for room in rooms}
            case Talked():
                before = seconds.get(event.participant, 0.0)
                seconds[event.participant] = before + event.talked_s
            case _:
                pass
    total = sum(seconds.values())
    if total == 0:
        return []
    return [
        TalkTime(participant=who, seconds=round(spoke, 1), share=spoke / total)
        for who, spoke in seconds.items()
    ]
