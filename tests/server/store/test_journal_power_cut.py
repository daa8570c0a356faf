"""Two hundred instants at which the power may fail while a journal is written."""

import asyncio
import os
import random
from pathlib import Path
from time import monotonic

import pytest

from server.store.journal import Journals
from signaling.events import HandRaised
from signaling.ids import ParticipantId
from signaling.journal import NONCE_BYTES, Writer, read
from tests.support.disks import RememberingDisk, after_power_cut

pytestmark = pytest.mark.slow

INSTANTS = 200
WRITTEN_S = 3.5
EVERY_S = 0.005
LOST_S = 1.0


async def test_a_power_cut_costs_the_journal_a_second_at_most(tmp_path: Path) -> None:
    disk, base = RememberingDisk(), tmp_path / "before"
    told = await written(disk, base / "journal.jsonl")
    chance = random.Random(5)
    began, ended = told[0], told[-1]
    for number in range(INSTANTS):
        instant = chance.uniform(began, ended)
        target = tmp_path / str(number)
        acts = [act for act in disk.acts if act.when <= instant]
        await asyncio.to_thread(after_power_cut, acts, base, target, chance)
        kept = await asyncio.to_thread(kept_lines, target / "journal.jsonl")
        lost = [when for when in told[kept:] if when <= instant]
        assert not lost or instant - lost[0] <= LOST_S


async def written(disk: RememberingDisk, path: Path) -> list[float]:
    """Write a line every few milliseconds; when each could be told."""
    writer, told = Writer(), []
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(path)
        begun = monotonic()
        while monotonic() - begun < WRITTEN_S:
            event = HandRaised(participant=ParticipantId("p"))
            _, line = writer.write(monotonic() - begun, event, os.urandom(NONCE_BYTES))
            assert await file.append(line)
            told.append(monotonic())
            await asyncio.sleep(EVERY_S)
        await file.close()
    return told


def kept_lines(path: Path) -> int:
    """How many lines are whole and chained; the torn tail is cut off on reading."""
    found = read(path.read_bytes() if path.exists() else b"")
    assert [line.n for line in found.lines] == list(range(len(found.lines)))
    return len(found.lines)
