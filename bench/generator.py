"""The load generator: publishers and light receivers in a process of their own.

`python -m bench.generator`: orders come by standard input, results go to standard output
(`bench.orders`). Peers shake hands here; then `bench.engine`, which is C, sends and receives. The
CPU of this process is not the server's; when it runs short of it the figures say nothing.
"""

import argparse
import asyncio
import gc
import resource
import sys
import time

import psutil
from aiortc.rtcdtlstransport import RTCCertificate

from bench import footage, orders
from bench.endpoint import PROFILES, Endpoint
from bench.engine import Engine, Stream, Watch
from bench.orders import (
    LAYERS,
    ORDER,
    RESULT,
    RID,
    Broken,
    Hashed,
    Join,
    Joined,
    Measure,
    Measured,
)
from signaling.agreement import Fingerprint
from signaling.events import Codec
from signaling.rtp.codecs import CLOCK_RATES
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC

LOOK_S = 0.005
"""Between two looks for receivers that see."""
TAIL_S = 0.5
"""How long is waited for the last packets of a measurement."""
SOUND_S = 0.02
"""Of media in a packet of sound."""


class Generator:
    """All peers of one process."""

    def __init__(self, srtp: str) -> None:
        self._srtp = srtp
        self._certificate = RTCCertificate.generateCertificate()
        self._engine = Engine()
        sounds = [footage.Picture(key=True, payloads=[sound]) for sound in footage.sounds()]
        self._sound = self._engine.clip(sounds)
        self._clips = {footage.HEIGHT: self._engine.clip(footage.pictures())}
        self._publishers: dict[int, int] = {}
        self._waiting: dict[int, Join] = {}
        self._somebody_waits = asyncio.Event()

    async def run(self) -> None:
        """Carry out orders until there are no more."""
        hashed = self._certificate.getFingerprints()[0]
        self._engine.start()
        self._tell(Hashed(fingerprint=Fingerprint(algorithm=hashed.algorithm, value=hashed.value)))
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look())
            while line := await reader.readline():
                match ORDER.validate_json(line):
                    case Join() as join:
                        tasks.create_task(self._join(join))
                    case Measure(seconds=seconds):
                        tasks.create_task(self._measure(seconds))
            looking.cancel()
        self._engine.stop()

    def _tell(self, result: Hashed | Joined | Measured | Broken) -> None:
        sys.stdout.buffer.write(RESULT.dump_json(result) + b"\n")
        sys.stdout.buffer.flush()

    async def _join(self, join: Join) -> None:
        endpoint = Endpoint(orders.UFRAG, orders.PASSWORD, self._certificate, self._srtp)
        try:
            await endpoint.connect(join.transport)
        except ConnectionError as error:
            self._tell(Broken(why=f"{join.peer}: {error}"))
            return
        if join.publishes:
            self._publishers[join.room] = self._engine.publish(endpoint, self._streams(join))
            self._tell(Joined(peer=join.peer, seconds=time.monotonic() - join.since))
            return
        watch = Watch(
            publisher=self._publishers[join.room],
            video_type=join.video_type,
            audio_type=join.audio_type,
            wide_id=join.extensions.get(TRANSPORT_CC, 0),
            remb=join.remb,
            each=join.each,
        )
        self._waiting[self._engine.watch(endpoint, watch)] = join
        self._somebody_waits.set()

    def _streams(self, join: Join) -> list[Stream]:
        layers = [
            Stream(
                ssrc=1000 + 10_000 * place + join.room,
                clip=self._clip(LAYERS[rid] if rid else footage.HEIGHT),
                payload_type=join.video_type,
                clock_rate=CLOCK_RATES[Codec.H264],
                video=True,
                every_s=1 / footage.RATE,
                mid="0",
                rid=rid,
                extensions=_ids(join, AUDIO_LEVEL),
            )
            for place, rid in enumerate(join.layers or ("",))
        ]
        sound = Stream(
            ssrc=3000 + join.room,
            clip=self._sound,
            payload_type=join.audio_type,
            clock_rate=CLOCK_RATES[Codec.OPUS],
            video=False,
            every_s=SOUND_S,
            mid="1",
            extensions=_ids(join, RID),
        )
        return [*layers, sound]

    def _clip(self, height: int) -> int:
        if height not in self._clips:
            self._clips[height] = self._engine.clip(footage.pictures(height))
        return self._clips[height]

    async def _look(self) -> None:
        while True:
            if not self._waiting:  # so that a generator that measures has nothing to do here
                self._somebody_waits.clear()
                await self._somebody_waits.wait()
            for number, ago in self._engine.seen():
                join = self._waiting.pop(number)
                seconds = time.monotonic() - ago - join.since
                self._tell(Joined(peer=join.peer, seconds=seconds))
            await asyncio.sleep(LOOK_S)

    async def _measure(self, seconds: float) -> None:
        before, began = self._cpu(), time.monotonic()
        self._engine.begin(seconds)
        await asyncio.sleep(seconds)
        cores = (self._cpu() - before) / (time.monotonic() - began)
        await asyncio.sleep(TAIL_S)
        counted = self._engine.counted()
        self._tell(
            Measured(
                expected=counted.expected,
                received=counted.received,
                forwarded=counted.forwarded,
                lowered=counted.lowered,
                delays_ms=(counted.median_ms, counted.p99_ms),
                worst_ms=counted.worst_ms,
                nacks=counted.nacks,
                wide_feedbacks=counted.wide_feedbacks,
                late_ms=counted.late_ms,
                cores=cores,
            )
        )

    def _cpu(self) -> float:
        times = psutil.Process().cpu_times()
        return times.user + times.system


def _ids(join: Join, other: str) -> tuple[int, int, int, int, int]:
    """Ids of a stream's header extensions, without the one that the other kind alone has."""
    mid, sent, wide, level, rid = (
        0 if uri == other else join.extensions.get(uri, 0)
        for uri in (MID, ABS_SEND_TIME, TRANSPORT_CC, AUDIO_LEVEL, RID)
    )
    return mid, sent, wide, level, rid


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="bench.generator", description=__doc__)
    parser.add_argument("--srtp", choices=PROFILES, default="aes-128-gcm")
    given = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a socket for each peer
    gc.disable()  # a collection would hold up all handshakes at once; nothing here is cyclic
    asyncio.run(Generator(given.srtp).run())


if __name__ == "__main__":
    main()
