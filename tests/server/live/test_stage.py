import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from recorder.files import Disk
from server.live.chronicle import Chronicle
from server.live.device import Peer
from server.live.items import Join
from server.live.names import Names
from server.live.stage import Running, Stage
from server.live.welcome import Entry, tell
from server.media.requests import PeerHeard, PeerLost, PeerQuiet
from server.store.database import open_database
from server.store.folder import JOURNAL
from server.store.journal import Journals
from server.store.people import People
from signaling.agreement import Agreement
from signaling.events import (
    Codec,
    ConsentDecided,
    DeviceJoined,
    Event,
    HandRaised,
    Kind,
    ParticipantJoined,
    Role,
    SourcePublished,
)
from signaling.ids import DeviceId, PeerId, SourceId
from signaling.journal import Writer
from signaling.lesson import LiveLesson
from signaling.messages import Microphone, OfferAgain
from tests.support.halls import Ears
from tests.support.lessons import ALL_CODECS, FAR, HOST, PLAN, grants, hello
from tests.support.listening import listening
from tests.support.stored import planned

HOSTS = DeviceId("host's")
FARS = DeviceId("far's")
CAMERA = SourceId(f"{HOST}/camera")
AGREED = Agreement(
    direction="up", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
)


def joined(device: DeviceId, decodes: tuple[Codec, ...] = ALL_CODECS) -> list[Event]:
    who = HOST if device == HOSTS else FAR
    return [
        ParticipantJoined(participant=who, role=Role.ROOM, host=who == HOST),
        DeviceJoined(
            participant=who,
            device=device,
            role=Role.ROOM,
            secret_hash="",
            encodes=ALL_CODECS,
            decodes=decodes,
            loudspeaker=True,
        ),
    ]


async def on_stage(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    play: Callable[[Stage, Ears], Coroutine[None, None, None]],
) -> None:
    """A host's device with ears on a stage; then the play."""
    async with open_database(folder) as database, Journals(Disk(), 0) as journals:
        file, _ = await journals.open(folder / JOURNAL)
        lesson = LiveLesson(PLAN)
        with listening(monkeypatch) as told:
            stage = Stage(
                Running(
                    lesson=lesson,
                    chronicle=Chronicle(lesson, file, Writer()),
                    names=Names(planned(), People(database)),
                    plane=told.plane,
                    elsewhere=lambda _: told.plane,
                    folder=folder,
                    zero=0.0,
                    clock=lambda: 1.0,
                )
            )
            await stage.happen(lesson.open("2026-11-23T08:00:00+00:00"))
            await stage.happen(joined(HOSTS))
            ears = Ears()
            stage.device(HOSTS).outlet = ears
            await play(stage, ears)
        await file.close()


def published() -> SourcePublished:
    return SourcePublished(source=CAMERA, kind=Kind.CAMERA, device=HOSTS, codec=Codec.H264)


async def test_what_happens_is_told_and_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        await stage.happen([HandRaised(participant=FAR)])
        assert ears.events == [HandRaised(participant=FAR)]
        assert isinstance(ears.heard[-1], Microphone)
        await stage.happen([])
        assert len(ears.events) == 1

    await on_stage(tmp_path, monkeypatch, play)


async def test_a_new_source_is_decided_on_before_anything_of_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        await stage.happen([published()])
        assert isinstance(ears.events[-1], ConsentDecided)
        assert stage.lesson.state.sources[0].recorded

    await on_stage(tmp_path, monkeypatch, play)


async def test_a_newcomer_without_the_codec_has_the_source_offered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        await stage.happen([published()])
        assert not [m for m in ears.heard if isinstance(m, OfferAgain)]
        await stage.happen(joined(FARS, (Codec.OPUS, Codec.VP8)))
        assert OfferAgain(direction="up", fresh=False) in ears.heard

    await on_stage(tmp_path, monkeypatch, play)


async def test_recording_is_told_only_when_it_is_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        for _ in range(2):
            await stage.recorded(True, "started")
        assert len(ears.events) == 1
        with pytest.raises(KeyError):
            stage.device(DeviceId("nobody's"))

    await on_stage(tmp_path, monkeypatch, play)


async def test_a_quiet_peer_is_kept_while_its_device_is_heard_and_a_lost_one_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        device = stage.device(HOSTS)
        worker = stage.media.worker_name(device, PeerId("p"))
        device.peers["up"] = Peer(id=PeerId("p"), worker=worker, agreement=AGREED)
        stage.peer_told(PeerQuiet(peer=worker))
        stage.pulse()
        assert "up" in device.peers
        device.outlet = None
        stage.peer_told(PeerHeard(peer=worker))
        stage.pulse()
        assert "up" in device.peers
        stage.peer_told(PeerQuiet(peer=worker))
        stage.pulse()
        assert not device.peers
        device.outlet = ears
        device.peers["up"] = Peer(id=PeerId("p"), worker=worker, agreement=AGREED)
        stage.peer_told(PeerLost(peer=worker, why="closed"))
        assert not device.peers
        assert ears.heard[-1] == OfferAgain(direction="up", fresh=True)

    await on_stage(tmp_path, monkeypatch, play)


async def test_a_device_whose_other_peer_was_kept_hears_of_the_lost_one_with_its_welcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(stage: Stage, ears: Ears) -> None:
        device = stage.device(HOSTS)
        for direction in ("up", "down"):
            device.peers[direction] = Peer(
                id=PeerId(direction), worker=PeerId(direction), agreement=AGREED
            )
        device.outlet = None
        stage.peer_told(PeerQuiet(peer=PeerId("down")))
        stage.pulse()
        device.outlet = ears
        done = asyncio.get_running_loop().create_future()
        item = Join(who=grants(Role.ROOM, HOST), hello=hello(), outlet=ears, done=done)
        entry = Entry(device=HOSTS, participant=HOST, secret=None, events=())
        tell(stage, item, device, entry)
        assert ears.welcome.resumed
        asked = [m for m in ears.heard if isinstance(m, OfferAgain)]
        assert asked == [OfferAgain(direction="down", fresh=True)]

    await on_stage(tmp_path, monkeypatch, play)
