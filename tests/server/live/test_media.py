from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from recorder.requests import CloseSource, OpenSource
from server.live.device import Device, Peer
from server.live.media import LessonMedia, new_ssrcs
from server.live.recording import Recording
from server.live.views import WHOLE
from server.media.allocation import Rank
from server.media.link_notices import LayersWatched
from server.media.requests import (
    AskKeyFrame,
    Bind,
    ClosePeer,
    ForgetSource,
    PeerHeard,
    PeerQuiet,
    SetGate,
    SetStills,
    SetTap,
    SetView,
    Shown,
    SlotBinding,
)
from signaling.agreement import Agreement
from signaling.events import Kind, Role
from signaling.ids import DeviceId, LessonId, ParticipantId, PeerId
from signaling.messages import Binding, Bound, OfferAgain, SendLayers, Size, Slot
from tests.support.halls import Ears
from tests.support.listening import Told, listening
from tests.support.states import HOST, ROOM, source, state

LESSON = LessonId("lesson")
CAMERA = source(HOST, "camera", Kind.CAMERA)
OWN = source(ROOM, "camera", Kind.CAMERA)
AGREED = Agreement(
    direction="down", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
)
POOL = (
    Slot(mid="0", use="camera", pair=0),
    Slot(mid="1", use="camera_sound", pair=0),
)


@dataclass
class Bench:
    """A lesson's media with one room that receives."""

    told: Told
    media: LessonMedia
    recording: Recording
    ears: Ears
    room: Device
    budgets: dict[ParticipantId, int]

    def sync(self, *sources: str) -> None:
        known = {one.source: one for one in (CAMERA, OWN)}
        shown = tuple(known[s] for s in known if s in sources)
        self.media.sync(state(sources=shown), [self.room], [])


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with listening(monkeypatch) as told:
        recording = Recording(LESSON, told.plane.new_handle)
        recording.running = True
        budgets: dict[ParticipantId, int] = {}
        media = LessonMedia(LESSON, told.plane, recording, budgets)
        ears = Ears()
        room = Device(id=DeviceId("d"), participant=ROOM, role=Role.ROOM, outlet=ears)
        media.opened(room, "down", peer(media, room, "p"), POOL)
        yield Bench(told, media, recording, ears, room, budgets)


def shown(rows: int, rank: Rank = Rank.FAR_CLASS) -> Shown:
    return Shown(source=CAMERA.source, rank=rank, rows=rows)


def peer(media: LessonMedia, device: Device, name: str) -> Peer:
    worker = media.worker_name(device, PeerId(name))
    return Peer(id=PeerId(name), worker=worker, agreement=AGREED)


def test_only_what_changes_is_told(bench: Bench) -> None:
    bench.sync(CAMERA.source, OWN.source)
    worker = bench.room.peers["down"].worker
    slots = (SlotBinding(mid="0", source=CAMERA.source),)
    assert bench.told.worker == [
        SetTap(source=CAMERA.source, handle=1),
        SetTap(source=OWN.source, handle=2),
        SetGate(source=CAMERA.source, open=True),
        SetGate(source=OWN.source, open=True),
        Bind(peer=worker, slots=slots),
        SetView(peer=worker, pictures=(shown(WHOLE),)),
    ]
    bound = Bound(peer=PeerId("p"), bindings=(Binding(mid="0", source=CAMERA.source),))
    assert bench.ears.heard == [bound]
    assert [r.handle for r in bench.told.recorder if isinstance(r, OpenSource)] == [1, 2]
    before = len(bench.told.worker)
    bench.sync(CAMERA.source, OWN.source)
    assert len(bench.told.worker) == before


def test_the_worker_is_told_how_large_pictures_are_and_who_spoke_last(bench: Bench) -> None:
    def told(loud: Sequence[ParticipantId]) -> list[Shown]:
        bench.told.worker.clear()
        bench.media.sync(state(sources=(CAMERA,)), [bench.room], loud)
        views = [one for one in bench.told.worker if isinstance(one, SetView)]
        return [picture for one in views for picture in one.pictures]

    bench.sync(CAMERA.source)
    bench.room.sizes = (Size(source=CAMERA.source, rows=400),)
    assert told([]) == [shown(400)]
    assert told([HOST]) == [shown(400, Rank.CALLED)]
    assert told([]) == []
    assert told([ROOM, HOST]) == []
    assert told([ROOM]) == [shown(400)]


def test_the_link_budget_goes_with_the_view(bench: Bench) -> None:
    bench.budgets[ROOM] = 800_000
    bench.sync(CAMERA.source)
    assert bench.told.worker[-1] == SetView(
        peer=bench.room.peers["down"].worker, pictures=(shown(WHOLE),), budget=800_000
    )


def test_whoever_publishes_a_picture_is_told_which_layers_are_watched(bench: Bench) -> None:
    worker = bench.room.peers["down"].worker
    bench.media.watched(bench.room, LayersWatched(peer=PeerId("x"), source=OWN.source, layers=()))
    assert bench.ears.heard == []
    notice = LayersWatched(peer=worker, source=OWN.source, layers=("l", "h"))
    bench.media.watched(bench.room, notice)
    assert bench.ears.heard == [SendLayers(source=OWN.source, layers=("l", "h"))]


def test_a_source_that_ended_is_forgotten_everywhere(bench: Bench) -> None:
    bench.sync(CAMERA.source)
    bench.told.worker.clear()
    bench.sync()
    assert ForgetSource(source=CAMERA.source) in bench.told.worker
    unbound = SlotBinding(mid="0", source=None)
    assert any(isinstance(r, Bind) and r.slots == (unbound,) for r in bench.told.worker)
    assert isinstance(bench.told.recorder[-1], CloseSource)


def test_a_new_worker_is_told_everything(bench: Bench) -> None:
    bench.sync(CAMERA.source)
    told = [r for r in bench.told.worker if isinstance(r, SetGate)]
    bench.media.worker_lost([bench.room])
    assert bench.ears.heard[-1] != OfferAgain(direction="down", fresh=True)
    bench.told.worker.clear()
    bench.media.worker_back([bench.room])
    assert bench.ears.heard[-1] == OfferAgain(direction="down", fresh=True)
    bench.sync(CAMERA.source)
    assert [r for r in bench.told.worker if isinstance(r, SetGate)] == told
    # The dead worker's parts have ended: what comes now has a new number.
    assert SetTap(source=CAMERA.source, handle=2) in bench.told.worker


def test_a_lost_peer_is_made_anew(bench: Bench) -> None:
    bench.media.lost_peer(bench.room, PeerId("another"))
    assert bench.ears.heard == []
    bench.media.lost_peer(bench.room, bench.room.peers["down"].worker)
    assert bench.ears.heard == [OfferAgain(direction="down", fresh=True)]
    assert bench.room.peers == {}


def test_a_quiet_peer_is_given_up_only_if_the_device_says_nothing_either(bench: Bench) -> None:
    bench.media.opened(bench.room, "down", peer(bench.media, bench.room, "q"), POOL)
    quiet = bench.room.peers["down"].worker
    bench.media.note_quiet(bench.room, PeerQuiet(peer=quiet))
    bench.media.give_up_quiet(bench.room)
    assert ClosePeer(peer=quiet) not in bench.told.worker
    bench.room.outlet = None
    bench.media.note_quiet(bench.room, PeerHeard(peer=quiet))
    bench.media.give_up_quiet(bench.room)
    assert ClosePeer(peer=quiet) not in bench.told.worker
    bench.media.note_quiet(bench.room, PeerQuiet(peer=PeerId("somebody else's")))
    bench.media.give_up_quiet(bench.room)
    assert ClosePeer(peer=quiet) not in bench.told.worker
    bench.media.note_quiet(bench.room, PeerQuiet(peer=quiet))
    bench.media.give_up_quiet(bench.room)
    assert bench.told.worker[-1] == ClosePeer(peer=quiet)
    assert not bench.room.peers


def test_equipment_that_is_quiet_is_given_up_and_told(bench: Bench) -> None:
    ears = bench.room.outlet = Ears()
    bench.room.by_media = True
    quiet = bench.room.peers["down"].worker
    bench.media.give_up_quiet(bench.room)
    assert not ears.heard
    bench.media.note_quiet(bench.room, PeerQuiet(peer=quiet))
    bench.media.give_up_quiet(bench.room)
    assert bench.told.worker[-1] == ClosePeer(peer=quiet)
    assert ears.heard == [OfferAgain(direction="down", fresh=True)]


def test_another_peer_takes_the_place_of_the_old(bench: Bench) -> None:
    old = bench.room.peers["down"].worker
    bench.media.opened(bench.room, "down", peer(bench.media, bench.room, "q"), POOL)
    assert bench.told.worker == [ClosePeer(peer=old)]


def test_a_renegotiated_peer_keeps_its_bindings(bench: Bench) -> None:
    bench.sync(CAMERA.source)
    bench.told.worker.clear()
    bench.media.opened(bench.room, "down", peer(bench.media, bench.room, "p"), POOL)
    bench.sync(CAMERA.source)
    assert bench.told.worker == []


def test_a_device_that_saves_goes_without_cameras_until_it_saves_no_more(bench: Bench) -> None:
    worker = bench.room.peers["down"].worker
    bench.room.saves = True
    bench.sync(CAMERA.source)
    assert SetStills(peer=worker, on=True) in bench.told.worker
    assert not any(isinstance(r, Bind) for r in bench.told.worker)
    bench.media.opened(bench.room, "down", peer(bench.media, bench.room, "p"), POOL)
    bench.room.saves = False
    bench.told.worker.clear()
    bench.sync(CAMERA.source)
    slots = (SlotBinding(mid="0", source=CAMERA.source),)
    assert bench.told.worker == [
        SetStills(peer=worker, on=False),
        Bind(peer=worker, slots=slots),
        SetView(peer=worker, pictures=(shown(WHOLE),)),
    ]


def test_a_new_peer_of_a_device_that_saves_gets_stills_too(bench: Bench) -> None:
    bench.room.saves = True
    bench.sync(CAMERA.source)
    new = peer(bench.media, bench.room, "q")
    bench.media.opened(bench.room, "down", new, POOL)
    bench.told.worker.clear()
    bench.sync(CAMERA.source)
    assert bench.told.worker == [SetStills(peer=new.worker, on=True)]


def test_a_device_that_leaves_leaves_no_peer(bench: Bench) -> None:
    worker = bench.room.peers["down"].worker
    bench.media.close(bench.room)
    bench.media.close(bench.room)
    assert bench.told.worker == [ClosePeer(peer=worker)]


def test_whoever_connects_begins_with_a_key_frame(bench: Bench) -> None:
    bench.sync(CAMERA.source)
    bench.told.worker.clear()
    now = state(sources=(CAMERA, OWN))
    bench.media.connected(bench.room, PeerId("another"), now)
    assert bench.told.worker == []
    bench.media.connected(bench.room, bench.room.peers["down"].worker, now)
    assert bench.told.worker == [AskKeyFrame(source=CAMERA.source)]


def test_a_larger_wall_asks_for_slots_once(bench: Bench) -> None:
    two = source(ParticipantId("x"), "camera", Kind.CAMERA)
    bench.room.shown = (CAMERA.source, two.source)
    for _ in range(2):
        bench.media.sync(state(sources=(CAMERA, two)), [bench.room], [])
    asked = [m for m in bench.ears.heard if isinstance(m, OfferAgain)]
    assert asked == [OfferAgain(direction="down", fresh=False, more_slots=4)]


def test_the_end_shuts_every_gate(bench: Bench) -> None:
    bench.sync(CAMERA.source)
    bench.media.shut()
    assert bench.told.worker[-1] == SetGate(source=CAMERA.source, open=False)


def test_ssrcs_differ() -> None:
    assert len(set(new_ssrcs())) == len(new_ssrcs())
