"""A data folder with three lessons: one that has ended, one under way, one only planned."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from server.access.tokens import load_key
from server.store.database import open_database
from server.store.folder import JOURNAL, MANIFEST, lesson_folder
from server.store.lessons import Lessons
from signaling.events import HandRaised
from signaling.ids import ParticipantId
from signaling.journal import NONCE_BYTES, Writer
from tests.support.stored import NOW, planned

LATER = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ENDED, UNDER_WAY, PLANNED = "ended2", "going2", "planned2"
TRACK = "tracks/p~camera"
MEDIA = bytes(range(256)) * 16
TORN = b'{"n":1,"t"'
"""A line that was being written."""


def make_data(data: Path) -> Path:
    """Make it. Blocking."""
    data.mkdir()
    load_key(data / "secret.key")
    (data / "address.json").write_text('{"port": 1}')
    asyncio.run(_plan(data))
    for lesson in (ENDED, UNDER_WAY):
        write_lesson(lesson_folder(data, lesson))
    with (lesson_folder(data, UNDER_WAY) / JOURNAL).open("ab") as journal:
        journal.write(TORN)
    return data


async def _plan(data: Path) -> None:
    async with open_database(data) as database:
        lessons = Lessons(database)
        for name in ("ended", "going", "planned"):
            await lessons.add(planned(title=name, name=name), NOW)
        for lesson in (ENDED, UNDER_WAY):
            await lessons.mark_opened(lesson, NOW)
        await lessons.mark_ended(ENDED, NOW)


def write_lesson(folder: Path) -> None:
    """A journal of one line, and one track."""
    (folder / TRACK).mkdir(parents=True)
    event = HandRaised(participant=ParticipantId("p"))
    (folder / JOURNAL).write_bytes(Writer().write(0.0, event, bytes(NONCE_BYTES))[1])
    (folder / MANIFEST).write_text("{}")
    (folder / TRACK / "index.jsonl").write_bytes(b'{"type":"track"}\n')
    (folder / TRACK / "part-1.mp4").write_bytes(MEDIA)
    (folder / "manifest.json.tmp").write_bytes(b"{")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
