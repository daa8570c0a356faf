"""Which source runs in which slot of one viewer's down peer (pure).

Sources stay where they are as long as they are wanted; only the slots of sources no longer wanted
are given to others, so that nobody's picture jumps.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signaling.events import Kind, Role
from signaling.floor import CAMERAS, may_see, passes
from signaling.ids import ParticipantId, SourceId, owner_of
from signaling.messages import LessonState, Size, Slot, SourceState

GROWTH = 4
"""How many camera pairs a pool grows by."""

Bindings = dict[str, SourceId | None]
"""Slot (mid) to what it carries."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """One receiving device."""

    participant: ParticipantId
    """Whose: a participant never gets its own sources from the server."""
    role: Role
    """What its link lets it be: a camera in a pupil's home is not for everyone."""
    shown: tuple[SourceId, ...]
    """Pictures it wants, largest first; none: as the lesson has it."""
    plays: bool
    """Whether it plays sound: the further devices of a room don't."""
    sizes: tuple[Size, ...] = ()
    """How large everything is that it shows; none if it did not say."""
    saves: bool = False
    """Whether it saves data and goes without cameras; what it hears then comes by itself."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What of a lesson matters to every viewer alike; made once for all of them."""

    cameras: tuple[SourceId, ...]
    """Most important first: those that pass; of these the called, the host, in order of joining."""
    screens: tuple[SourceId, ...]
    """Likewise."""
    sounds: tuple[SourceId, ...]
    """Those that pass, likewise."""
    microphones: dict[ParticipantId, SourceId]
    """The microphone of each participant that has one, open or not."""
    screen_sounds: dict[ParticipantId, SourceId]
    """The sound of each participant's screen."""
    called: ParticipantId | None
    """Who is called."""
    persons: frozenset[ParticipantId]
    """Pupils at home; the others are rooms."""
    favoured: frozenset[ParticipantId]
    """The called and the host: their sounds always have a slot."""
    hidden: dict[Role, frozenset[SourceId]]
    """Cameras that devices of a role may not be sent."""


def scene(state: LessonState) -> Scene:
    """What of a lesson matters to its viewers."""
    standing = {known.participant: n for n, known in enumerate(state.participants)}
    favoured = {known.participant for known in state.participants if known.host}
    standing |= dict.fromkeys(favoured, -1)
    if state.called is not None:
        standing[state.called] = -2
        favoured.add(state.called)
    passing = {s.source for s in state.sources if passes(state, s)}

    def importance(source: SourceState) -> tuple[bool, int]:
        last = len(state.participants)
        return (source.source not in passing, standing.get(owner_of(source.source), last))

    ordered = sorted(state.sources, key=importance)
    return Scene(
        cameras=tuple(s.source for s in ordered if s.kind in CAMERAS),
        screens=tuple(s.source for s in ordered if s.kind is Kind.SCREEN),
        sounds=tuple(s.source for s in ordered if s.kind.is_sound and s.source in passing),
        microphones=_by_owner(ordered, Kind.MICROPHONE),
        screen_sounds=_by_owner(ordered, Kind.SCREEN_SOUND),
        called=state.called,
        persons=frozenset(p.participant for p in state.participants if p.role is Role.PUPIL),
        favoured=frozenset(favoured),
        hidden={role: _hidden(state, role) for role in Role},
    )


def bind(
    slots: Sequence[Slot],
    bound: Mapping[str, SourceId | None],
    scene: Scene,
    viewer: Viewer,
    loud: Sequence[ParticipantId],
) -> Bindings:
    """What every slot shall carry.

    Args:
        slots: the pool.
        bound: what they carry now.
        scene: the lesson.
        viewer: whose pool it is.
        loud: who is heard just now, loudest first.
    """
    result: Bindings = {slot.mid: None for slot in slots}
    screens = _of(slots, "screen")
    both = viewer.shown and not screens
    wished = _wished(scene, viewer) if both else pictures(scene, viewer)
    result |= _place(_of(slots, "camera"), bound, wished)
    result |= _place(screens, bound, _screens(scene, viewer))
    if viewer.plays:
        result |= _paired_sounds(slots, result, scene)
        carried = set(result.values())
        rest = [s for s in _others(scene.sounds, viewer) if s not in carried]
        result |= _place(
            _of(slots, "extra_sound"), bound, _loudest(rest, scene, loud, set(bound.values()))
        )
    return result


def more_pairs(slots: Sequence[Slot], viewer: Viewer, scene: Scene) -> int:
    """How many camera pairs more a viewer's wishes need, in fours."""
    wanted = len(set(viewer.shown) & set(pictures(scene, viewer)))
    missing = wanted - len(_of(slots, "camera"))
    return -(-missing // GROWTH) * GROWTH if missing > 0 else 0


def pictures(scene: Scene, viewer: Viewer) -> list[SourceId]:
    """The cameras a viewer wants and may be sent, most wanted first."""
    if viewer.saves:
        return []
    hidden = scene.hidden[viewer.role]
    cameras = [s for s in _others(scene.cameras, viewer) if s not in hidden]
    if not viewer.shown:
        return cameras
    known = set(cameras)
    return [source for source in dict.fromkeys(viewer.shown) if source in known]


def _wished(scene: Scene, viewer: Viewer) -> list[SourceId]:
    """Cameras and screens alike, for a device with one picture for either."""
    known = {*pictures(scene, viewer), *_others(scene.screens, viewer)}
    return [source for source in viewer.shown if source in known]


def _hidden(state: LessonState, role: Role) -> frozenset[SourceId]:
    """The cameras that devices of a role may not be sent."""
    return frozenset(s.source for s in state.sources if not may_see(state, s, role))


def _screens(scene: Scene, viewer: Viewer) -> list[SourceId]:
    """Shared screens: those wished for first."""
    wished = {source: place for place, source in enumerate(viewer.shown)}
    screens = _others(scene.screens, viewer)
    return sorted(screens, key=lambda source: wished.get(source, len(wished)))


def _others(sources: Iterable[SourceId], viewer: Viewer) -> list[SourceId]:
    return [source for source in sources if owner_of(source) != viewer.participant]


def _by_owner(sources: Iterable[SourceState], kind: Kind) -> dict[ParticipantId, SourceId]:
    return {owner_of(s.source): s.source for s in sources if s.kind is kind}


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
    slots: Sequence[Slot], result: Mapping[str, SourceId | None], scene: Scene
) -> Bindings:
    """A microphone beside its participant's first bound camera, a screen's sound beside it."""
    beside = {slot.pair: slot.mid for slot in slots if slot.use in ("camera_sound", "screen_sound")}
    paired: Bindings = {}
    for slot in slots:
        source = result.get(slot.mid)
        if slot.use not in ("camera", "screen") or source is None or slot.pair not in beside:
            continue
        sounds = scene.screen_sounds if source in scene.screens else scene.microphones
        sound = sounds.get(owner_of(source))
        if sound is not None and sound not in paired.values():
            paired[beside[slot.pair]] = sound
    return paired


def _loudest(
    sounds: Iterable[SourceId],
    scene: Scene,
    loud: Sequence[ParticipantId],
    bound: Collection[SourceId | None],
) -> list[SourceId]:
    """Sounds without a picture: the called, the host, then the loudest, then those heard before."""
    rank = {participant: place for place, participant in enumerate(loud)}

    def order(source: SourceId) -> tuple[bool, int, bool]:
        owner = owner_of(source)
        return (owner not in scene.favoured, rank.get(owner, len(rank)), source not in bound)

    return sorted(sounds, key=order)


def _of(slots: Iterable[Slot], use: str) -> list[str]:
    return [slot.mid for slot in slots if slot.use == use]
