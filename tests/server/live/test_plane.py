import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from recorder import requests as recorder
from server.live.peer_names import worker_peer
from server.live.plane import Plane, PlaneSettings
from server.media import requests as media
from server.media.publication import Source
from server.media.tapping import Tap
from server.media.worker import IDLE
from signaling.agreement import Agreement
from signaling.errors import Code, UserError
from signaling.ids import LessonId, PeerId, SourceId
from signaling.rtp.tap import BATCH_LIMIT, DROPPED, OVERRUN, PACKET, Record, records
from tests.support.affected import Noted

ONE, TWO = LessonId("one"), LessonId("two")
SOURCE = SourceId("p/camera")
VP8 = 2
"""Its number on the tap."""
PACKET_OCTETS = 1200
STOPPED_SECONDS = 0.5
"""For so long a worker stands still in a test."""
WAKE = 8
"""Packets that a worker hands on in one batch when it has something to do."""
SETTINGS = PlaneSettings(
    media_port=0, media_addresses=("127.0.0.1",), public_addresses=(), space="{}"
)


@pytest.fixture
def plane() -> Iterator[Plane]:
    made = Plane(SETTINGS)
    yield made
    made.close()


def test_the_tap_holds_what_is_set_whatever_the_kernel_gives_by_itself() -> None:
    most = int(Path("/proc/sys/net/core/wmem_max").read_text())
    made = Plane(replace(SETTINGS, tap_bytes=2 * most))
    near = made.worker._program.tap
    assert near is not None
    assert near.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 4 * most
    made.close()


def test_the_tap_that_nobody_set_takes_four_megabytes_and_names_the_rest(plane: Plane) -> None:
    near, far = (end.dup() for end in plane._tap)
    far.setblocking(False)
    picture = Source(SOURCE)
    picture.handle = 1
    told: list[float] = []
    tap = Tap(near.detach(), lambda source, *times: told.append(times[0]))
    sent = 0
    while not tap.overruns:
        for _ in range(WAKE):
            sent += 1
            tap.add(picture, VP8, 0, float(sent), bytes(PACKET_OCTETS), False)
        tap.flush()
    taken = [record.arrival for record in drained(far)]
    assert len(taken) * PACKET_OCTETS >= 4 * 1024 * 1024
    assert taken == [float(number) for number in range(1, len(taken) + 1)]
    tap.add(picture, VP8, 0, sent + 1.0, bytes(PACKET_OCTETS), True)
    tap.flush()
    overrun, goes_on = drained(far)
    assert (overrun.kind, overrun.arrival) == (OVERRUN, len(taken) + 1.0)
    assert DROPPED.unpack(overrun.body)[0] == sent - len(taken)
    assert (goes_on.kind, goes_on.arrival) == (PACKET, sent + 1.0)
    assert told == [len(taken) + 1.0]
    tap.close()
    far.close()


def drained(far: socket.socket) -> list[Record]:
    """Every record that lies in a tap."""
    found: list[Record] = []
    with suppress(BlockingIOError):
        while True:
            found += records(far.recv(BATCH_LIMIT))
    return found


def test_only_the_lesson_concerned_is_told(plane: Plane) -> None:
    one, two = Noted(), Noted()
    plane.join(ONE, one)
    plane.join(TWO, two)
    plane.set_gate(TWO, SOURCE, True)
    stopped = media.SourceStopped(source=SOURCE, since=0.0)
    lost = media.PeerLost(peer=worker_peer(ONE, "d", PeerId("p")), why="silent")
    assert plane.affected_by(stopped) == [two]
    assert plane.affected_by(lost) == [one]
    assert plane.affected_by(media.PeerQuiet(peer=lost.peer)) == [one]
    assert plane.affected_by(media.PeerHeard(peer=lost.peer)) == [one]
    assert plane.affected_by(media.Levels(speaking=())) == [one, two]
    failed = recorder.Failed(id=None, lesson=TWO, why="")
    assert plane.recorded_by(failed) == [two]
    assert plane.recorded_by(recorder.DiskSlow(slow=True)) == [one, two]


def test_a_lesson_that_has_left_is_told_nothing(plane: Plane) -> None:
    plane.join(ONE, Noted())
    plane.set_gate(ONE, SOURCE, True)
    plane.leave(ONE)
    assert plane.affected_by(media.SourceStopped(source=SOURCE, since=0.0)) == []
    assert plane.everyone() == []


def test_a_handle_is_never_given_twice(plane: Plane) -> None:
    assert len({plane.new_handle() for _ in range(100)}) == 100


async def test_without_a_worker_there_is_no_media_now(
    plane: Plane, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Agreement(
        direction="up", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
    )
    with pytest.raises(UserError) as refusal:
        await plane.open_peer(ONE, PeerId("p"), nothing)
    assert refusal.value.code is Code.MEDIA_UNAVAILABLE
    assert await plane.announced() == ()
    assert not await plane.open_lesson(ONE, Path("nowhere"), 0.0)
    monkeypatch.setattr("server.live.plane.REPLACED_SECONDS", 0.05)
    for running in (True, False):
        assert not await plane.finish_lesson(ONE, Path("nowhere"), 0.0, 1.0, running=running)


async def _stop_for(pid: int | None, seconds: float) -> None:
    """Let a process stand still."""
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.slow
async def test_both_processes_start_and_end_with_the_plane() -> None:
    plane, noted = Plane(SETTINGS), Noted()
    plane.join(ONE, noted)
    running = asyncio.create_task(plane.run())
    await plane.until_ready(30.0)
    assert sorted(noted.changes) == [("recorder", True), ("worker", True)]
    reply = await plane.worker.ask(lambda number: media.ReadLoad(id=number), 10.0)
    assert isinstance(reply, media.Load)
    assert await plane.announced() == reply.announced != ()
    await _stop_for(plane.worker.pid, STOPPED_SECONDS)
    await plane.measure()  # may be answered before the clock that is late
    load = await plane.measure()
    assert load is not None
    # It had at most one pause of its clock left to sleep when it was stopped.
    assert load.late_s >= STOPPED_SECONDS - IDLE
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not plane.worker.ready


def test_what_waits_on_the_tap_is_seen(plane: Plane) -> None:
    assert plane.tap_waiting == 0
    near, far = plane._tap
    near.send(bytes(50_000))
    assert plane.tap_waiting >= 50_000
    far.recv(BATCH_LIMIT)
    assert plane.tap_waiting == 0


def test_what_a_worker_tells_is_counted_for_the_lessons_it_has(plane: Plane) -> None:
    plane.join(ONE, Noted())
    mine, other = (worker_peer(lesson, "device", PeerId("p")) for lesson in (ONE, TWO))
    peers = tuple(
        media.PeerReport(peer=peer, way="up", rtt_ms=None, loss=0.0, packets=5, octets=500)
        for peer in (mine, other)
    )
    plane.worker._listener.told(media.Reports(peers=peers))
    assert {one: flow.up.octets for one, flow in plane.readings.lessons.items()} == {ONE: 500}
    assert plane.readings.whole.up.octets == 1000
    plane.leave(ONE)
    assert plane.readings.lessons == {}
