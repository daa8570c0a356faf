"""What a player of a lesson needs: media by the manifest, events by the journal. Pure."""

from collections.abc import Iterable

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from recorder.manifest import Manifest, Track
from recorder.talk import TalkTime, talk_time
from signaling import audience
from signaling.events import LessonStarted, Role
from signaling.ids import LessonId, ParticipantId
from signaling.journal import Line
from signaling.messages import LessonState, Person, Told
from signaling.state import Fold


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One lesson for one viewer."""

    lesson: LessonId
    """Which."""
    title: str
    """What people call it."""
    duration: float
    """Lesson time of its end, or of what there is so far."""
    started: float | None
    """Lesson time of 上课."""
    people: tuple[Person, ...]
    """Names for the ids."""
    tracks: tuple[Track, ...]
    """What can be played; as in the manifest."""
    events: tuple[Told, ...]
    """What this viewer would have been told, and what is told only afterwards, in order."""
    talk: tuple[TalkTime, ...]
    """How long each classroom talked; empty of a lesson that was held before this was kept."""
    initial: LessonState
    """Before the first of them; the reducer of the live page goes on from here."""


REPLAY: TypeAdapter[Replay] = TypeAdapter(Replay)
"""Writes one as JSON."""


def replay(
    *,
    title: str,
    lines: Iterable[Line],
    manifest: Manifest,
    people: Iterable[Person],
    role: Role,
    participant: ParticipantId | None,
) -> Replay:
    """The lesson as a device of this role and participant may see it.

    The manifest holds what consent allows at this moment; whoever calls leaves the rest out.
    """
    known = [(line.n, line.t, line.event) for line in lines if line.event is not None]
    seen = [one for one in known if audience.sees_later(role, participant, one[2])]
    starts = (t for _, t, event in known if isinstance(event, LessonStarted))
    return Replay(
        lesson=manifest.lesson,
        title=title,
        duration=max([manifest.duration, *(t for _, t, _ in known)]),
        started=next(starts, None),
        people=tuple(people),
        tracks=manifest.tracks,
        events=tuple(audience.told(n, t, event) for n, t, event in seen),
        talk=tuple(talk_time(event for _, _, event in known)),
        initial=audience.seen_by(Fold(), role, participant),
    )
