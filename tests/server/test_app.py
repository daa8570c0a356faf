import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from recorder.manifest import MANIFEST, Manifest
from recorder.replay import REPLAY
from server.actions.links import LessonLinks
from signaling.errors import Code
from signaling.events import (
    GapReason,
    HandRaised,
    LessonEnded,
    LessonStarted,
    ParticipantJoined,
    Phase,
    Resumed,
)
from signaling.ids import ParticipantId
from signaling.messages import (
    Call,
    Closed,
    Done,
    EndLesson,
    Microphone,
    People,
    Pulse,
    RaiseHand,
    Refused,
    StartLesson,
    State,
    ToDevice,
)
from tests.support.caller import Caller, called
from tests.support.classrooms import Classroom, classroom
from tests.support.clips import write_clip
from tests.support.served import Served, served, token, tongke
from tests.support.waiting import until

pytestmark = pytest.mark.slow

SECRET = "0123456789abcdef"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=1, seconds=6)
    return path


@dataclass
class Scene:
    """A live lesson of two classrooms that send and a teacher's page that only commands."""

    server: Served
    lesson: LessonLinks
    teacher: Caller
    host: Classroom
    other: Classroom

    async def end(self) -> Manifest:
        """End the lesson; what of it is on disk."""
        assert isinstance(await self.teacher.ask(lambda n: EndLesson(id=n)), Done)
        await self.host.event("stats")
        folder = self.server.data / "lessons" / self.lesson["lesson"]
        text = await asyncio.to_thread((folder / "manifest.json").read_bytes)
        return MANIFEST.validate_json(text)


@asynccontextmanager
async def scene(server: Served, clip: Path) -> AsyncIterator[Scene]:
    lesson = await server.lesson()
    links = [room["links"] for room in lesson["rooms"]]
    async with (
        classroom(links[0]["room"], clip) as host,
        classroom(links[1]["room"], clip) as other,
    ):
        await host.event("joined")
        await other.event("joined")
        async with called(server.base, token(links[0]["teacher"]), loudspeaker=False) as teacher:
            await teacher.ask(lambda n: StartLesson(id=n))
            await host.event("first_frame")
            await other.event("first_frame")
            yield Scene(server, lesson, teacher, host, other)


async def test_two_rooms_meet_in_one_lesson(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        lesson = await server.lesson()
        host, other = lesson["rooms"]
        async with (
            called(server.base, token(host["links"]["teacher"])) as teacher,
            called(server.base, token(other["links"]["room"])) as room,
        ):
            assert teacher.welcome.leads
            assert not room.welcome.leads
            assert room.welcome.participant == other["participant"]
            assert (await teacher.told(ParticipantJoined)).participant == other["participant"]
            assert (await room.message(Microphone)).loudspeaker
            assert {p.name for p in (await room.message(People)).people} == {"甲", "乙"}
            assert (await room.message(State)).state.phase is Phase.LOBBY

            assert isinstance(await room.ask(lambda n: RaiseHand(id=n)), Done)
            assert (await teacher.told(HandRaised)).participant == other["participant"]
            refused = await room.ask(lambda n: StartLesson(id=n))
            assert isinstance(refused, Refused)
            assert refused.code is Code.NOT_ALLOWED
            assert isinstance(await teacher.ask(lambda n: StartLesson(id=n)), Done)
            await room.told(LessonStarted)
            assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
            await room.told(LessonEnded)
            assert (await room.message(Closed)).code is Code.LESSON_OVER


async def test_commands_work_beside_a_running_server(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        data = ("--data", str(tmp_path))
        words = ("--title", "数学", "--host-room", "甲", "--room", "乙", "--json")
        lesson: LessonLinks = json.loads(await tongke("lesson", "create", *words, *data))
        name = lesson["lesson"]
        place = ("--role", "teacher", "--room", lesson["rooms"][0]["name"])
        link = (await tongke("lesson", "link", name, *place, *data)).strip()
        assert link.startswith(server.base.replace("127.0.0.1", "localhost"))
        async with called(server.base, token(link)) as teacher:
            await teacher.ask(lambda n: StartLesson(id=n))
            listed = json.loads(await tongke("lesson", "list", "--json", *data))
            assert [(one["lesson"], one["state"]) for one in listed] == [(name, "open")]
            await tongke("lesson", "end", name, *data)
            await teacher.told(LessonEnded)


async def test_a_room_that_trusts_the_servers_own_authority_takes_part(
    tmp_path: Path, clip: Path
) -> None:
    async with served(tmp_path, tls=True) as server:
        name = (await server.lesson())["lesson"]
        words = (name, "--role", "room", "--room", "甲", "--data", str(tmp_path))
        link = (await tongke("lesson", "link", *words)).strip()
        assert link.startswith("https://localhost:")
        async with classroom(link, clip, "--ca", str(tmp_path / "tls" / "ca.pem")) as room:
            await room.event("joined")
        async with classroom(link, clip) as stranger:
            refused = await stranger.event("refused")
            assert refused["code"] == Code.SERVER_UNTRUSTED
            assert await stranger.process.wait() == 1


async def test_prometheus_reads_with_the_token_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n")
    async with (
        served(tmp_path / "data", "--metrics-token-file", str(file), workers=2) as server,
        ClientSession(headers={"Authorization": f"Bearer {SECRET}"}) as scraper,
    ):
        # Without it even this machine is refused: the server believes itself behind a proxy.
        async with ClientSession() as stranger, stranger.get(f"{server.base}/metrics") as answer:
            assert answer.status == 401

        async def measured() -> bool:
            async with scraper.get(f"{server.base}/metrics") as answer:
                text = await answer.text()
            return all(f'tongke_worker_cpu_seconds_total{{worker="{n}"}}' in text for n in (0, 1))

        await until(measured, 10.0)


async def test_a_stopped_server_says_it_will_be_back(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        lesson = await server.lesson()
        async with called(server.base, token(lesson["links"]["viewer"]), name="客") as viewer:
            assert await server.stop() == 0
            closed = await viewer.message(Closed)
            assert (closed.code, closed.may_resume) == (Code.SERVER_STOPPING, True)


async def test_rooms_see_and_hear_each_other_and_are_recorded(tmp_path: Path, clip: Path) -> None:
    async with served(tmp_path) as server, scene(server, clip) as here:
        place = ParticipantId(here.lesson["rooms"][1]["participant"])
        await here.teacher.ask(lambda n: Call(id=n, participant=place))
        await asyncio.sleep(3.0)
        manifest = await here.end()
        async with asyncio.timeout(10):
            presence = json.loads(
                await tongke(
                    *("lesson", "presence", here.lesson["lesson"], "--json"),
                    *("--data", str(server.data)),
                )
            )
        link = token(here.lesson["rooms"][0]["links"]["teacher"])
        replay = REPLAY.validate_json(await server.get("/api/replay", link))
    for room in (here.host, here.other):
        received = (await room.event("stats"))["received"]
        assert isinstance(received, dict)
        pictures = [one for one in received.values() if one["kind"] == "camera"]
        sounds = [one for one in received.values() if one["kind"] == "microphone"]
        assert [one["moved"] > 20 for one in pictures] == [True]
        assert [one["heard_s"] > 0 for one in sounds] == [True]
    assert len(manifest.tracks) == 4
    assert [track.source for track in replay.tracks] == [track.source for track in manifest.tracks]
    assert {one["reason"] for one in presence["intervals"]} == {"lesson_over"}


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("server.media.worker", GapReason.WORKER_LOST),
        ("recorder.process", GapReason.RECORDER_LOST),
    ],
)
async def test_a_killed_child_costs_a_named_gap_and_nothing_else(
    tmp_path: Path, clip: Path, module: str, reason: GapReason
) -> None:
    async with served(tmp_path) as server, scene(server, clip) as here:
        await asyncio.sleep(2.0)
        os.kill(await asyncio.to_thread(server.child, module), signal.SIGKILL)
        await until_written_again(here)
        manifest = await here.end()
    pictures = [track for track in manifest.tracks if not track.kind.is_sound]
    assert len(pictures) == 2
    for track in pictures:
        assert len(track.parts) == 2
        assert reason in {gap.reason for gap in track.gaps}
    assert "away" not in {line["event"] for line in here.host.said}, here.host.said


async def test_a_killed_server_is_found_again_by_its_rooms(tmp_path: Path, clip: Path) -> None:
    async with served(tmp_path) as server, scene(server, clip) as here:
        await asyncio.sleep(2.0)
        port = int(server.base.rpartition(":")[2])
        await server.kill()
        async with served(tmp_path, port=port) as again:
            for room in (here.host, here.other):
                await room.event("back")
            link = token(here.lesson["rooms"][0]["links"]["teacher"])
            async with called(again.base, link, resume=here.teacher.resume()) as teacher:
                await teacher.told(Resumed)
                here.server, here.teacher = again, teacher
                await until_written_again(here)
                manifest = await here.end()
    for track in [track for track in manifest.tracks if not track.kind.is_sound]:
        assert len(track.parts) >= 2
        # A busy machine may have lost packets before.
        assert GapReason.SERVER_LOST in {gap.reason for gap in track.gaps}


async def until_written_again(here: Scene) -> None:
    """Wait until both pictures reach the disk again, by what the host's staff is told."""
    await asyncio.sleep(3.0)
    after = len(here.teacher.heard)
    await here.teacher.until(lambda _: grows(here.teacher.heard[after:]) or None)


def grows(heard: list[ToDevice]) -> bool:
    """Whether of the last two pulses the second says more of both pictures."""
    pulses = [m for m in heard if isinstance(m, Pulse)][-2:]
    sizes = [{s.source: s.written for s in pulse.recorded} for pulse in pulses]
    if len(sizes) < 2:
        return False
    grown = [s for s in sizes[1] if s.endswith("camera") and sizes[1][s] > sizes[0].get(s, 0)]
    return len(grown) == 2
