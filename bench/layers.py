"""What a classroom's camera costs in one piece and in layers: `python -m bench.layers`.

A busy picture of 1280×720 and a microphone, from memory, as `tongke room` encodes them; each row is
a line of JSON. `cores` is CPU of the whole process, `sound_ms_p99` how long after its moment a
packet of sound was ready, `picture_ms_p99` the same of the largest picture.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count, product

import numpy as np

from bench.media import busy_seconds
from client.room.encoders import BLOCK, RATE
from client.room.feeds import Block, PictureFeed, Shot
from client.room.layers import HIGHEST, LAYERS, WHOLE
from client.room.sources import PictureSource, SoundSource, Source
from signaling.events import Codec, Kind
from tests.support.walls import wall

SECONDS = 8.0
SETTLES_S = 1.0
MOST = 1_500_000
DIVISIONS: dict[str, dict[str, int] | None] = {
    "one piece": None,
    "three layers": {rid: layer.bits for rid, layer in LAYERS.items()},
    "lowest layer": {"l": LAYERS["l"].bits},
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way of sending, measured."""

    codec: str
    """In what."""
    rate: int
    """Pictures a second."""
    sent: str
    """In which pieces."""
    cores: float
    """CPU seconds a second."""
    other_cores: float
    """What everything else on the machine used meanwhile."""
    kbps: dict[str, int]
    """Kilobits a second of each layer."""
    sound_ms_p99: float
    """Milliseconds."""
    picture_ms_p99: float
    """Milliseconds."""


class Taken:
    """What one source hands over."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.octets: dict[str, int] = {}
        self.delays: dict[str, list[float]] = {}

    async def take(self) -> None:
        """Take frames until cancelled."""
        while True:
            frame = await self._source.handover.get()
            late = time.monotonic() - frame.captured
            self.delays.setdefault(frame.layer, []).append(1000 * late)
            size = sum(map(len, frame.payloads))
            self.octets[frame.layer] = self.octets.get(frame.layer, 0) + size

    def clear(self) -> None:
        """Begin to count."""
        self.octets.clear()
        self.delays.clear()

    def p99(self, *layers: str) -> float:
        """Milliseconds of delay of the first of these layers that came."""
        found = next((self.delays[each] for each in layers if each in self.delays), [0.0])
        return round(float(np.percentile(found, 99)), 1)


async def measured(codec: Codec, feed: PictureFeed, rate: int, sent: str, seconds: float) -> Row:
    """One row."""
    camera = PictureSource("camera", Kind.CAMERA, feed, MOST)
    sources: Sequence[Source] = (camera, SoundSource("microphone", _tone))
    camera.set(codec=codec)
    camera.divide(DIVISIONS[sent])
    taken = [Taken(source) for source in sources]
    tasks = [asyncio.create_task(each.take()) for each in taken]
    origin = time.monotonic()
    for source in sources:
        source.start(origin)
    await asyncio.sleep(SETTLES_S / 2)  # a camera runs before there is a way to send it by
    for source in sources:
        source.set(on=True)
    await asyncio.sleep(SETTLES_S)
    for each in taken:
        each.clear()
    begun, busy, spent = time.monotonic(), busy_seconds(), time.process_time()
    await asyncio.sleep(seconds)
    spent = time.process_time() - spent
    others, lasted = busy_seconds() - busy - spent, time.monotonic() - begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*(source.stop() for source in sources), *tasks, return_exceptions=True)
    pictures, sounds = taken
    return Row(
        codec=codec.value,
        rate=rate,
        sent=sent,
        cores=round(spent / lasted, 3),
        other_cores=round(max(0.0, others) / lasted, 2),
        kbps={rid: round(each / 125 / lasted) for rid, each in pictures.octets.items()},
        sound_ms_p99=sounds.p99(WHOLE),
        picture_ms_p99=pictures.p99(HIGHEST, WHOLE, "l"),
    )


def _tone(origin: float) -> Iterator[Block]:
    samples = np.full(BLOCK, 5000, np.int16)
    for number in count():
        yield Block(samples=samples, ticks=number * BLOCK, at=number * BLOCK / RATE)


def films(rate: int) -> PictureFeed:
    """A busy picture, so many times a second."""
    pictures = wall()
    return lambda origin: (
        Shot(frame=pictures[number % len(pictures)], at=number / rate) for number in count()
    )


def main() -> None:
    """Print a line for each row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    seconds = parser.parse_args().seconds
    for codec, rate, sent in product((Codec.H264, Codec.VP8), (15, 30), DIVISIONS):
        row = asyncio.run(measured(codec, films(rate), rate, sent, seconds))
        print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main()
