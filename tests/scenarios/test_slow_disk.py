"""Each sync takes 2 s, under the journals and the recorder: no command or packet waits for it."""

import asyncio
import time
from pathlib import Path

import pytest

from signaling.events import RecordingStateSet
from signaling.messages import Command, Done, LowerHand, RaiseHand
from tests.support.caller import Caller
from tests.support.faulty import Fault
from tests.support.served import served
from tests.support.taught import SOURCES, taught

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("loopback")]

SYNC_S = 2.0
COMMANDS_S = 5.0
"""For so long commands are given: some syncs begin and end meanwhile."""
AT_ONCE_S = 0.5
APART_S = 0.2
"""Two frames of a source may arrive so far from each other; a clip has one every 67 ms."""


async def test_a_slow_sync_delays_no_command_and_no_packet(tmp_path: Path, clip: Path) -> None:
    fault = Fault(sync_s=SYNC_S)
    async with served(tmp_path, fault=fault) as server, taught(server, clip) as lesson:
        since = time.monotonic()
        async with lesson.pupil("小明") as pupil:
            waits = await commanded(pupil, COMMANDS_S)
        longest = {
            source: lesson.witness.longest(source, since) for source in lesson.witness.present()
        }
        manifest = await lesson.end()
        for track in manifest.tracks:
            assert track.gaps == ()
            await lesson.played(track)
        assert (await lesson.journal()).sealed
        ends = [e.reason for e in lesson.teacher.events if isinstance(e, RecordingStateSet)]
        assert ends[-1] == "ended"
    assert len(longest) == SOURCES
    assert max(longest.values()) <= APART_S, longest
    assert max(waits) < AT_ONCE_S


async def commanded(caller: Caller, seconds: float) -> list[float]:
    """Raise and lower a hand for so long; seconds from each command to its answer."""
    waits: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for make in (raised, lowered):
            asked = time.monotonic()
            assert isinstance(await caller.ask(make), Done)
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.05)
    return waits


def raised(number: int) -> Command:
    """A hand goes up."""
    return RaiseHand(id=number)


def lowered(number: int) -> Command:
    """A hand comes down."""
    return LowerHand(id=number)
