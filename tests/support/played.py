"""A recording decoded again."""

from pathlib import Path
from typing import NamedTuple

import av

from recorder.manifest import Part


class Played(NamedTuple):
    """One part, decoded from beginning to end."""

    codec: str
    times: list[float]
    sizes: list[tuple[int, int]]
    samples: int


def play(folder: Path, part: Part) -> Played:
    """Decode every frame of a part; raises what FFmpeg raises."""
    times: list[float] = []
    sizes: list[tuple[int, int]] = []
    samples = 0
    with av.open(str(folder / part.file)) as container:
        stream = container.streams[0]
        for frame in container.decode(stream):
            assert isinstance(frame, (av.VideoFrame, av.AudioFrame))
            assert frame.time is not None
            times.append(frame.time)
            if isinstance(frame, av.VideoFrame):
                assert not frame.is_corrupt
                sizes.append((frame.width, frame.height))
            else:
                samples += frame.samples
        return Played(stream.codec_context.name, times, sizes, samples)
