import asyncio
from pathlib import Path

import pytest

from bench.compose import LESSON, prepare, takes, work
from recorder import compose, manifest
from server.store.folder import JOURNAL, lesson_folder
from tests.support.taped import STARTED

SECONDS = 8.0


def test_a_screen_is_shared_for_half_of_the_lesson() -> None:
    camera, screen, *sounds = takes(2400.0)
    assert (camera.start, camera.end) == (STARTED, STARTED + 2400)
    assert screen.end - screen.start == pytest.approx(1200, abs=STARTED)
    assert all(sound.kind.is_sound for sound in sounds)


@pytest.mark.slow
def test_a_lesson_of_the_bench_waits_for_its_bell_and_is_then_made(tmp_path: Path) -> None:
    end = prepare(tmp_path, SECONDS)
    folder = lesson_folder(tmp_path, LESSON)
    assert len(manifest.load(folder).tracks) == 4
    assert len(asyncio.run(work(tmp_path))) == 1
    with (folder / JOURNAL).open("ab") as journal:
        journal.write(end)
    asyncio.run(work(tmp_path))
    assert compose.made(folder).whole
