"""Who talked when: real microphones, held against the sound that was recorded of them."""

import asyncio
import itertools
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import pytest

from recorder.manifest import Track, rebuild
from recorder.talk import talk_time
from signaling.events import Talked
from signaling.messages import Told
from tests.support.served import served
from tests.support.taught import taught
from tests.support.voices import write_voice

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

TALKS, QUIET = 3.0, 4.0
LISTENS = 15.0
"""Seconds of the lesson: two turns of each room have come and gone."""
CLOSE_S = 0.5
AUDIBLE = 100.0
"""Of 32,768: what is louder is no rest of a codec."""


class Stretch(NamedTuple):
    """Talk, in lesson time."""

    began: float
    ended: float


async def test_turns_are_in_the_journal_where_the_sound_is_though_the_server_is_killed(
    tmp_path: Path, clip: Path
) -> None:
    voice = tmp_path / "voice.wav"
    write_voice(voice, TALKS, QUIET)
    async with (
        served(tmp_path) as server,
        taught(server, clip, "--microphone", str(voice)) as lesson,
    ):
        await asyncio.sleep(LISTENS)
        told = [one.event for one in lesson.teacher.heard if isinstance(one, Told)]
        await server.kill()
        killed = lesson.now
        events = [line.event for line in (await lesson.journal()).lines if line.event is not None]
        tracks = (await asyncio.to_thread(rebuild, lesson.folder)).tracks
        truth = {
            track.participant: await asyncio.to_thread(sounding, lesson.folder, track)
            for track in tracks
            if track.kind.is_sound
        }
    assert not any(isinstance(event, Talked) for event in told)
    for room, heard in truth.items():
        kept = [one for one in events if isinstance(one, Talked) and one.participant == room]
        assert len(kept) >= 1, (room, heard)
        for turn in kept:
            near = min(heard, key=lambda one: abs(one.ended - turn.ended))
            assert turn.began == pytest.approx(near.began, abs=CLOSE_S), (turn, heard)
            assert turn.ended == pytest.approx(near.ended, abs=CLOSE_S), (turn, heard)
        # A turn is kept within a pause and a pulse of its end; of what was before nothing is lost.
        over = [one for one in heard[1:] if one.ended < killed - 4.0]
        assert len(kept) >= len(over), (kept, heard)
    shares = [one.share for one in talk_time(events)]
    assert len(truth) == len(shares) == 2
    assert shares == pytest.approx([0.5, 0.5], abs=0.2)


def sounding(folder: Path, track: Track) -> list[Stretch]:
    """When something is heard in a recorded track; pauses of less than a second are none."""
    loud: list[float] = []
    for part in track.parts:
        with av.open(str(folder / part.file)) as container:
            for frame in container.decode(container.streams.audio[0]):
                samples = frame.to_ndarray()
                scale = 32_768 if samples.dtype.kind == "f" else 1
                if np.abs(samples).max() * scale > AUDIBLE:
                    loud.append(part.start + (frame.time or 0.0))
    cuts = [n for n in range(1, len(loud)) if loud[n] - loud[n - 1] > 1.0]
    edges = itertools.pairwise([0, *cuts, len(loud)])
    return [Stretch(loud[a], loud[b - 1] + 0.02) for a, b in edges if b > a]
