"""A busy picture: a wall that passes by, with blots and grain that no two pictures have in common.

The grain keeps an encoder of the whole size busy, the blots one of a quarter, which does not see
the grain.
"""

from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT = 1280, 720
PICTURES = 30
RATE = 15


def wall() -> list[av.VideoFrame]:
    """Thirty pictures that follow each other; the last one leads back to the first."""
    dice = np.random.default_rng(1)
    bricks = _spread(dice.integers(80, 160, (HEIGHT // 16, WIDTH // 16), np.uint8), 16)
    colours = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
    made = []
    for number in range(PICTURES):
        blots = _spread(dice.integers(0, 24, (HEIGHT // 8, WIDTH // 8), np.uint8), 8)
        grain = dice.integers(0, 12, (HEIGHT, WIDTH), np.uint8)
        moved = np.roll(bricks, 4 * min(number, PICTURES - number), 1)
        planes = np.concatenate([moved + blots + grain, colours])
        made.append(av.VideoFrame.from_ndarray(planes, format="yuv420p"))
    return made


def write_wall(path: Path) -> None:
    """The same as a file, with a voice that says nothing: two seconds that are shown for ever."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=RATE)
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture.options = {"preset": "ultrafast", "crf": "20"}
        sound = container.add_stream("pcm_s16le", rate=48_000, layout="mono")
        silence = np.zeros((1, 48_000 // RATE), np.int16)
        for number, frame in enumerate(wall()):
            frame.pts = number
            container.mux(picture.encode(frame))
            block = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            block.sample_rate, block.pts = 48_000, number * silence.size
            container.mux(sound.encode(block))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))


def _spread(coarse: "np.typing.NDArray[np.uint8]", size: int) -> "np.typing.NDArray[np.uint8]":
    return np.kron(coarse, np.ones((size, size), np.uint8))
