"""Which source runs in which slot of one viewer's down peer (pure).

Sources stay where they are as long as they are wanted; only the slots of sources no longer wanted
are given to others, so that nobody's picture jumps.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signaling.events import Kind
from signaling.floor import passes
from signaling.ids import ParticipantId, SourceId, owner_of
from signaling.messages import LessonState, Slot, SourceState

GROWTH = 4
"""How many camera pairs a pool grows by."""

Bindings = dict[str, SourceId | None]
"""Slot (mid) to what it carries."""

_PICTURES = (Kind.CAMERA, Kind.CLASS_CAMERA)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """One receiving device."""

    participant: ParticipantId
    """Whose: a participant never gets its own sources from the server."""
    shown: tuple[SourceId, ...]
    """Pictures it wants, largest first; none: as the lesson has it."""
    plays: bool
    """Whether it plays sound: the further devices of a room don't."""


def bind(
    slots: Sequence[Slot],
    bound: Mapping[str, SourceId | None],
    state: LessonState,
    viewer: Viewer,
    loud: Sequence[ParticipantId],
) -> Bindings:
    """What every slot shall carry.

    Args:
        slots: the pool.
        bound: what they carry now.
        state: the whole lesson.
        viewer: whose pool it is.
        loud: who is heard just now, loudest first.
    """
    others = [s for s in state.sources if owner_of(s.source) != viewer.participant]
    result: Bindings = {slot.mid: None for slot in slots}
    result |= _place(_of(slots, "camera"), bound, pictures(state, viewer))
    result |= _place(_of(slots, "screen"), bound, _screens(others, state, viewer))
    if viewer.plays:
        result |= _paired_sounds(slots, result, others)
        carried = {source for source in result.values() if source is not None}
        sounds = [s for s in others if s.kind.is_sound and s.source not in carried]
        extra = _of(slots, "extra_sound")
        result |= _place(extra, bound, _loudest(sounds, state, loud, set(bound.values())))
    return result


def more_pairs(slots: Sequence[Slot], viewer: Viewer, state: LessonState) -> int:
    """How many camera pairs more a viewer's wishes need, in fours."""
    cameras = {s.source for s in state.sources if s.kind in _PICTURES}
    wanted = len(set(viewer.shown) & cameras)
    missing = wanted - len(_of(slots, "camera"))
    return -(-missing // GROWTH) * GROWTH if missing > 0 else 0


def pictures(state: LessonState, viewer: Viewer) -> list[SourceId]:
    """The cameras a viewer wants, most wanted first."""
    cameras = [
        s for s in state.sources if s.kind in _PICTURES and owner_of(s.source) != viewer.participant
    ]
    if viewer.shown:
        known = {s.source for s in cameras}
        return [source for source in dict.fromkeys(viewer.shown) if source in known]
    return [s.source for s in sorted(cameras, key=lambda s: _importance(s, state))]


def _importance(source: SourceState, state: LessonState) -> tuple[bool, int]:
    """Those that pass first; of these the called, then the host, then in order of joining."""
    return (not passes(state, source), _standing(owner_of(source.source), state))


def _standing(participant: ParticipantId, state: LessonState) -> int:
    if participant == state.called:
        return -2
    for place, known in enumerate(state.participants):
        if known.participant == participant:
            return -1 if known.host else place
    return len(state.participants)


def _screens(others: Iterable[SourceState], state: LessonState, viewer: Viewer) -> list[SourceId]:
    """Shared screens: those wished for, else of the called, the host, the others."""
    screens = [s for s in others if s.kind is Kind.SCREEN]
    wished = {source: place for place, source in enumerate(viewer.shown)}
    screens.sort(
        key=lambda s: (wished.get(s.source, len(wished)), *_importance(s, state), s.source)
    )
    return [s.source for s in screens]


def _place(
    mids: Sequence[str], bound: Mapping[str, SourceId | None], wanted: Sequence[SourceId]
) -> Bindings:
    """Give the first of `wanted` a slot each; those that have one keep it."""
    chosen = list(wanted[: len(mids)])
    result: Bindings = {
        mid: source if (source := bound.get(mid)) in chosen else None for mid in mids
    }
    free = [mid for mid in mids if result[mid] is None]
    new = [source for source in chosen if source not in result.values()]
    result.update(zip(free, new, strict=False))
    return result


def _paired_sounds(
    slots: Sequence[Slot], result: Mapping[str, SourceId | None], others: Sequence[SourceState]
) -> Bindings:
    """A microphone beside its participant's first bound camera, a screen's sound beside it."""
    beside = {slot.pair: slot.mid for slot in slots if slot.use in ("camera_sound", "screen_sound")}
    paired: Bindings = {}
    placed: set[ParticipantId] = set()
    for slot in slots:
        source = result.get(slot.mid)
        if slot.use not in ("camera", "screen") or source is None or slot.pair not in beside:
            continue
        owner = owner_of(source)
        kind = Kind.MICROPHONE if slot.use == "camera" else Kind.SCREEN_SOUND
        if slot.use == "camera" and owner in placed:
            continue
        sound = _sound_of(owner, kind, others)
        if sound is not None:
            paired[beside[slot.pair]] = sound
            if slot.use == "camera":
                placed.add(owner)
    return paired


def _sound_of(owner: ParticipantId, kind: Kind, sources: Iterable[SourceState]) -> SourceId | None:
    return next((s.source for s in sources if s.kind is kind and owner_of(s.source) == owner), None)


def _loudest(
    sounds: Iterable[SourceState],
    state: LessonState,
    loud: Sequence[ParticipantId],
    bound: Collection[SourceId | None],
) -> list[SourceId]:
    """Sounds without a picture: the called, the host, then the loudest, then those heard before."""
    rank = {participant: place for place, participant in enumerate(loud)}

    def order(source: SourceState) -> tuple[int, int, bool, int]:
        owner = owner_of(source.source)
        standing = _standing(owner, state)
        return (min(standing, 0), rank.get(owner, len(rank)), source.source not in bound, standing)

    return [s.source for s in sorted(sounds, key=order) if passes(state, s)]


def _of(slots: Iterable[Slot], use: str) -> list[str]:
    return [slot.mid for slot in slots if slot.use == use]
