"""Media files for tests: striped pictures, and a beep with each flash."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.support.stripes import HEIGHT, WIDTH, picture

RATE = 48_000
BEEP_HZ = 1000
BEEP_S = 0.1
QUICK = {"preset": "ultrafast", "bf": "0"}
"""Costs a third of what libx264 spends by itself, for a file three times as large."""


def write_clip(path: Path, source: int, seconds: float, rate: int = 15) -> None:
    """A Matroska file of striped pictures that flash white, and beep, at each full second."""
    with av.open(str(path), "w", format="matroska") as container:
        video = container.add_stream("libx264", rate=rate, options={"crf": "12", **QUICK})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for number in range(round(seconds * rate)):
            drawn = picture(source, number)
            if number % rate < rate * BEEP_S:
                drawn[HEIGHT // 2 :] = 255
            frame = av.VideoFrame.from_ndarray(drawn, format="gray")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(_sound(seconds)))
        container.mux(audio.encode(None))


def write_snow(path: Path, seconds: float, rate: int = 15) -> None:
    """A Matroska file of noise, which no encoder makes small."""
    dice = np.random.default_rng(1)
    with av.open(str(path), "w", format="matroska") as container:
        video = container.add_stream("libx264", rate=rate, options=QUICK)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(round(seconds * rate)):
            drawn = dice.integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(drawn, format="gray")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))


def _sound(seconds: float) -> av.AudioFrame:
    times = np.arange(round(seconds * RATE)) / RATE
    beeps = np.where(times % 1 < BEEP_S, np.sin(2 * np.pi * BEEP_HZ * times), 0)
    samples = (beeps * 12_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts, frame.time_base = 0, Fraction(1, RATE)
    return frame
