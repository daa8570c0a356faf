"""A lesson of two classrooms is backed up while it is taught; the copy replays up to then."""

import asyncio
import json
from pathlib import Path

import pytest

from recorder.manifest import Manifest, Track
from recorder.replay import REPLAY
from server.store.folder import JOURNAL, lesson_folder, read_journal
from tests.support.hatched import TONGKE, hatch
from tests.support.played import play
from tests.support.served import Served, served, stored_as_ended, token, tongke
from tests.support.taught import PLAYS_S, SOURCES, taught

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

TAUGHT_S = 4.0
LOST_S = 1.0
"""Of each source, as when the recorder dies: one fragment."""


async def test_a_lesson_under_way_is_whole_up_to_its_backup(tmp_path: Path, clip: Path) -> None:
    old, new, to = tmp_path / "old", tmp_path / "new", tmp_path / "to"
    async with served(old) as server, taught(server, clip) as lesson:
        await asyncio.sleep(TAUGHT_S)
        going, until = lesson.lesson["lesson"], lesson.now
        assert await back_up(old, to) == [{"lesson": going, "title": "数学"}]
        assert "数学" in await refused("upgrade", "--data", str(old))
        await lesson.end()
        link = token(lesson.lesson["rooms"][0]["links"]["teacher"])
    await tongke("restore", "--from", str(to), "--data", str(new))
    folder = lesson_folder(new, going)
    assert await journal(old, going) != await journal(new, going)
    assert (await journal(old, going)).startswith(await journal(new, going))
    async with served(new) as again:
        await tongke("lesson", "end", going, "--data", str(new))
        await stored_as_ended(new)
        replay = REPLAY.validate_json(await again.get("/api/replay", link))
    assert (await asyncio.to_thread(read_journal, folder)).sealed
    assert len(replay.tracks) == SOURCES
    for track in replay.tracks:
        await plays(folder, track)
        assert track.parts[-1].end >= until - LOST_S, track


async def test_a_lesson_that_has_ended_is_the_same_after_a_restore(
    tmp_path: Path, clip: Path
) -> None:
    old, new, to = tmp_path / "old", tmp_path / "new", tmp_path / "to"
    async with served(old) as server, taught(server, clip) as lesson:
        await asyncio.sleep(1)
        assert len(await back_up(old, to)) == 1
        original = await lesson.end()
        await stored_as_ended(old)
        assert await back_up(old, to) == []
        link = token(lesson.lesson["links"]["viewer"])
        before = await media(server, original, link)
    await tongke("restore", "--from", str(to), "--data", str(new))
    async with served(new) as again:
        assert await media(again, original, link) == before
    assert await journal(old, original.lesson) == await journal(new, original.lesson)
    assert len(before) == 1 + SOURCES


async def back_up(data: Path, to: Path) -> list[dict[str, str]]:
    """Make a backup; which lessons were under way."""
    words = ("backup", "--data", str(data), "--to", str(to), "--json")
    under_way: list[dict[str, str]] = json.loads(await tongke(*words))["under_way"]
    return under_way


async def refused(*words: str) -> str:
    """What a command says that must not succeed."""
    process = await hatch(TONGKE, *words, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 1, words
    return said.decode()


async def journal(data: Path, lesson: str) -> bytes:
    """The journal's text."""
    return await asyncio.to_thread((lesson_folder(data, lesson) / JOURNAL).read_bytes)


async def plays(folder: Path, track: Track) -> None:
    """Every part of a track decodes, and is as long as it says."""
    for part in track.parts:
        shown = await asyncio.to_thread(play, folder, part)
        lasts = shown.samples / 48_000 if shown.samples else shown.times[-1]
        assert abs(lasts - (part.end - part.start)) < PLAYS_S, (track.source, part)


async def media(server: Served, manifest: Manifest, link: str) -> list[bytes]:
    """What a player gets: the replay and every file of it."""
    files = [part.file for track in manifest.tracks for part in track.parts]
    return [
        await server.get("/api/replay", link),
        *[await server.get(f"/api/replay/media/{file}", link) for file in files],
    ]
