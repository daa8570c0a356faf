"""What a lesson wants of the media plane: which sources pass, which are recorded (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from signaling.events import GapReason, Kind, Phase
from signaling.floor import passes
from signaling.ids import SourceId
from signaling.messages import LessonState, SourceState

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What holds for each source of a lesson now."""

    open: dict[SourceId, bool]
    """Whether its packets are passed on."""
    kept: dict[SourceId, bool]
    """Whether it is handed to the recorder."""
    silent: dict[SourceId, GapReason]
    """Why nothing of a kept source comes just now; sources that pass are not in it."""


def wishes(state: LessonState) -> Wishes:
    """What the floor, the consents and the phase of a lesson come to."""
    live = state.phase is Phase.LIVE
    opened = {source.source: passes(state, source) for source in state.sources}
    kept = {source.source: live and source.recorded for source in state.sources}
    silent = {
        source.source: _silence(state, source)
        for source in state.sources
        if kept[source.source] and not opened[source.source]
    }
    return Wishes(open=opened, kept=kept, silent=silent)


def _silence(state: LessonState, source: SourceState) -> GapReason:
    if state.paused:
        return GapReason.PAUSED
    if source.kind is Kind.MICROPHONE and source.on:
        return GapReason.MICROPHONE_CLOSED
    return GapReason.SENDER_AWAY


def changed(old: Mapping[K, V], new: Mapping[K, V]) -> dict[K, V]:
    """What `new` says otherwise than `old`."""
    return {key: value for key, value in new.items() if key not in old or old[key] != value}
