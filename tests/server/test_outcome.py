import asyncio
from pathlib import Path
from typing import cast

import pytest

from recorder.manifest import Manifest, Part, Track
from server import outcome
from server.actions.presence import PresenceWords
from server.outcome import Direction, Recording, attendance, direction, judged, octets, owner
from server.performance import Line, Made, MadeRoom, Program, Received
from signaling.events import Codec, Kind
from signaling.ids import LessonId, ParticipantId, SourceId


def received(
    moved: int = 0, heard_s: float = 0.0, sound_s: float = 0.0, first_ms: int | None = 100
) -> Received:
    return Received(
        kind=None,
        frames=50,
        sound_s=sound_s,
        first_ms=first_ms,
        decoded=50,
        moved=moved,
        heard_s=heard_s,
    )


def test_a_class_is_seen_when_it_moves_and_heard_when_it_speaks() -> None:
    came = {
        "b/camera": received(moved=40),
        "b/class_camera": received(moved=0),
        "b/microphone": received(sound_s=5.0, heard_s=3.0),
        "c/camera": received(moved=40),
    }
    assert direction("b", came) == Direction(
        of="b", frames=100, audio_seconds=5.0, seen=True, heard=True
    )


def test_a_still_picture_and_a_silent_room_do_not_count() -> None:
    came = {"b/camera": received(moved=3), "b/microphone": received(sound_s=5.0, heard_s=0.1)}
    found = direction("b", came)
    assert (found.seen, found.heard) == (False, False)


def test_nothing_at_all_is_neither() -> None:
    found = direction("b", {})
    assert (found.frames, found.seen, found.heard) == (0, False, False)


async def test_the_first_frame_is_the_first_picture_of_another() -> None:
    room = Program("room", cast("asyncio.subprocess.Process", None))
    room.lines.append(Line(event="joined", ms=80, participant="a"))
    stats = Line(
        event="stats",
        received={
            "b/microphone": received(sound_s=1.0, first_ms=90),
            "b/camera": received(first_ms=300),
            "b/class_camera": received(first_ms=250),
        },
    )
    found = attendance(room, stats, ["a", "b"])
    assert (found.join_ms, found.first_frame_ms) == (80, 250)
    assert [each.of for each in found.received] == ["b"]


def classroom(name: str) -> Program:
    """One that has joined as the participant of its name."""
    made = Program(name, cast("asyncio.subprocess.Process", None))
    made.lines.append(Line(event="joined", ms=80, participant=name))
    return made


def stats(of: str, **came: float) -> Line:
    """What a classroom received of another."""
    picture = received(moved=round(came.get("moved", 40)))
    sound = received(sound_s=5.0, heard_s=came.get("heard_s", 3.0))
    return Line(event="stats", received={f"{of}/camera": picture, f"{of}/microphone": sound})


@pytest.mark.parametrize(
    ("other", "decodes", "ok"),
    [
        (stats("a"), True, True),
        (stats("a"), False, False),
        (stats("a", moved=3), True, False),
        (stats("a", heard_s=0.1), True, False),
        (Line(event="stats"), True, False),
    ],
)
async def test_all_is_well_when_both_met_and_the_recording_decodes(
    monkeypatch: pytest.MonkeyPatch, other: Line, decodes: bool, ok: bool
) -> None:
    async def kept(folder: Path) -> Recording:
        return Recording(
            path=str(folder), tracks=6, seconds=9.0, gaps=0, bytes=9_000, decodes=decodes
        )

    async def there(data: Path, lesson: str) -> PresenceWords:
        return PresenceWords(lesson=lesson, ended=True, intervals=[], turns=[])

    monkeypatch.setattr(outcome, "recording", kept)
    monkeypatch.setattr(outcome, "presence_of", there)
    rooms = tuple(MadeRoom(participant=one, name=one, links={}) for one in "ab")
    made = Made(lesson="l", rooms=rooms, links={}, bases=())
    classrooms = [classroom("a"), classroom("b")]
    found = await judged(Path("data"), made, classrooms, [stats("b"), other])
    assert found.ok is ok


def test_bytes_are_those_of_segments_and_heads() -> None:
    part = Part(
        file="x",
        container="mp4",
        codec=Codec.H264,
        mime="video/mp4",
        start=0.0,
        end=2.0,
        init=(0, 100),
        segments=((0.0, 1.0, 100, 50), (1.0, 2.0, 150, 25)),
    )
    track = Track(
        source=SourceId("a/camera"),
        participant=ParticipantId("a"),
        kind=Kind.CAMERA,
        parts=(part,),
        gaps=(),
    )
    assert octets(Manifest(lesson=LessonId("l"), duration=2.0, tracks=(track,))) == 175


def test_a_source_names_its_owner() -> None:
    assert owner("a/camera") == "a"
