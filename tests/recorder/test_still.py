import io
from pathlib import Path

import av
import numpy as np
import pytest

from recorder import compose, still
from recorder.phone import RATE, SIZE

SECONDS = 9


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film that gets lighter from second to second."""
    path = tmp_path / compose.WHOLE
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options=compose.VIDEO)
        (stream.width, stream.height), stream.pix_fmt = SIZE, "yuv420p"
        stream.gop_size = RATE
        for second in range(SECONDS):
            for _ in range(RATE):
                container.mux(stream.encode(grey(40 + 20 * second)))
        container.mux(stream.encode(None))
    return path


def grey(light: int) -> av.VideoFrame:
    picture = np.full((SIZE[1], SIZE[0], 3), light, np.uint8)
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def test_it_is_a_small_picture_from_after_the_first_third(film: Path) -> None:
    with film.open("rb") as file:
        data = still.cut(file)
    assert len(data) < 20_000
    with av.open(io.BytesIO(data), "r", format="mjpeg") as file:
        shown = next(file.decode(video=0))
    assert (shown.width, shown.height) == still.SIZE
    light = shown.to_ndarray(format="rgb24").mean()
    assert light == pytest.approx(40 + 20 * (SECONDS // still.PART), abs=5)
