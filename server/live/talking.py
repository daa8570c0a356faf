"""Who talked from when to when in a lesson, as events of its journal (pure).

Microphones of classrooms and teachers only: a film's sound is no talk, and of a child who takes
part from home nobody needs to know how many seconds it spoke.
"""

from collections.abc import Iterator
from typing import Final

from server.live.turns import Sound, Turn
from server.media.requests import Levels
from signaling.events import Kind, Phase, Role, Talked
from signaling.floor import passes
from signaling.ids import SourceId, owner_of
from signaling.messages import LessonState

A_MINUTE: Final = 10
"""Events a minute at most, over the lesson."""
REFILL: Final = A_MINUTE / 60
_COUNTED: Final = frozenset({Role.ROOM, Role.TEACHER})


class Talking:
    """All sounds of a lesson.

    When turns end oftener than `A_MINUTE`, those of one source that wait are put together: their
    seconds stay, only where they lay becomes coarser. So one turn per source waits at most.
    """

    def __init__(self) -> None:
        self._sounds: dict[SourceId, Sound] = {}
        self._waiting: dict[SourceId, Turn] = {}
        self._spare = float(A_MINUTE)
        self._refilled = 0.0

    def take(self, levels: Levels, state: LessonState, now: float) -> None:
        """What is heard at lesson time `now`."""
        heard = {one.source: one.level for one in levels.speaking if one.voice}
        counted = set(_counted(state))
        for source in sorted(counted & heard.keys() - self._sounds.keys()):
            self._sounds[source] = Sound()
        for source, sound in self._sounds.items():
            level = heard.get(source) if source in counted else None
            self._finish(source, sound.heard(level, now))

    def due(self, now: float) -> list[Talked]:
        """What is to be kept at lesson time `now`."""
        self._spare = min(A_MINUTE, self._spare + (now - self._refilled) * REFILL)
        self._refilled = now
        for source, sound in self._sounds.items():
            self._finish(source, sound.due(now))
        first = sorted(self._waiting, key=lambda source: self._waiting[source].began)
        chosen = first[: int(self._spare)]
        self._spare -= len(chosen)
        return [_event(source, self._waiting.pop(source)) for source in chosen]

    def rest(self) -> list[Talked]:
        """Everything else, because the lesson is over."""
        for source, sound in self._sounds.items():
            self._finish(source, sound.rest())
        kept = [_event(source, turn) for source, turn in self._waiting.items()]
        self._waiting.clear()
        return kept

    def _finish(self, source: SourceId, turn: Turn | None) -> None:
        if turn is not None:
            before = self._waiting.get(source)
            self._waiting[source] = turn if before is None else before + turn


def _counted(state: LessonState) -> Iterator[SourceId]:
    """The sounds that are open on the floor and whose turns are kept."""
    if state.phase is not Phase.LIVE:
        return
    known = {one.participant for one in state.participants if one.role in _COUNTED}
    for source in state.sources:
        mine = source.kind is Kind.MICROPHONE and owner_of(source.source) in known
        if mine and passes(state, source):
            yield source.source


def _event(source: SourceId, turn: Turn) -> Talked:
    return Talked(
        participant=owner_of(source),
        source=source,
        began=round(turn.began, 1),
        ended=round(turn.ended, 1),
        talked_s=round(turn.talked, 1),
    )
