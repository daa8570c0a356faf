"""Sound files in which somebody talks and is quiet, as a microphone's levels have it."""

import wave
from pathlib import Path

import numpy as np

RATE = 48_000
SYLLABLE_HZ = 4
LOUD = 6_000
"""Of 32,768: some 20 dB below full scale."""


def write_voice(path: Path, talks: float, quiet: float) -> None:
    """A WAV file of noise in syllables for `talks` seconds, then nothing for `quiet`."""
    times = np.arange(round((talks + quiet) * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * SYLLABLE_HZ * times)
    slow = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * times)
    noise = np.random.default_rng(1).normal(0, LOUD / 2, times.size)
    samples = np.where(times < talks, noise * syllables * slow, 0).clip(-32_000, 32_000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
