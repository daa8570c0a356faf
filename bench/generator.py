"""The load generator: publishers and light receivers in a process of their own.

`python -m bench.generator`: orders come by standard input, results go to standard output
(`bench.orders`). Its CPU is not the server's; when it runs short of it the figures say nothing.
"""

import asyncio
import gc
import sys
import time

import numpy as np
import psutil
from aiortc.rtcdtlstransport import RTCCertificate

from bench import footage, orders
from bench.counting import tally
from bench.datagrams import Batch
from bench.endpoint import CONSENT_S, Endpoint
from bench.orders import ORDER, RESULT, Broken, Hashed, Join, Joined, Measure, Measured
from bench.publisher import Publisher
from bench.subscriber import Subscriber
from signaling.agreement import Fingerprint

TICK_S = 0.004
TAIL_S = 0.5
"""How long is waited for the last packets of a measurement."""


class Generator:
    """All peers of one process, driven by one clock."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()
        self._pictures = footage.pictures()
        self._sounds = footage.sounds()
        self._batch = Batch()
        self._publishers: dict[int, Publisher] = {}
        self._subscribers: dict[str, tuple[int, Subscriber]] = {}
        self._waiting: dict[str, float] = {}
        self._late: list[float] = []

    async def run(self) -> None:
        """Carry out orders until there are no more."""
        hashed = self._certificate.getFingerprints()[0]
        fingerprint = Fingerprint(algorithm=hashed.algorithm, value=hashed.value)
        self._tell(Hashed(fingerprint=fingerprint))
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with asyncio.TaskGroup() as tasks:
            clocks = [tasks.create_task(self._tick()), tasks.create_task(self._each_second())]
            while line := await reader.readline():
                match ORDER.validate_json(line):
                    case Join() as join:
                        tasks.create_task(self._join(join))
                    case Measure(seconds=seconds):
                        tasks.create_task(self._measure(seconds))
            for clock in clocks:
                clock.cancel()

    def _tell(self, result: Hashed | Joined | Measured | Broken) -> None:
        sys.stdout.buffer.write(RESULT.dump_json(result) + b"\n")
        sys.stdout.buffer.flush()

    async def _join(self, join: Join) -> None:
        endpoint = Endpoint(orders.UFRAG, orders.PASSWORD, self._certificate)
        try:
            await endpoint.connect(join.transport)
        except ConnectionError as error:
            self._tell(Broken(why=f"{join.peer}: {error}"))
            return
        if join.publishes:
            publisher = Publisher(join.room, endpoint, self._pictures, self._sounds)
            self._publishers[join.room] = publisher
            self._tell(Joined(peer=join.peer, seconds=time.monotonic() - join.since))
            return
        publisher = self._publishers[join.room]
        subscriber = Subscriber(endpoint, publisher.video.sent, publisher.audio.sent)
        self._subscribers[join.peer] = join.room, subscriber
        self._waiting[join.peer] = join.since

    async def _tick(self) -> None:
        while True:
            now = time.monotonic()
            for publisher in self._publishers.values():
                self._late.append(publisher.tick(now))
                publisher.drain(self._batch)
            for _, subscriber in self._subscribers.values():
                subscriber.drain(self._batch)
            for peer in [p for p in self._waiting if self._subscribers[p][1].sees]:
                self._tell(Joined(peer=peer, seconds=time.monotonic() - self._waiting.pop(peer)))
            await asyncio.sleep(max(0.0, now + TICK_S - time.monotonic()))

    async def _each_second(self) -> None:
        checked = 0.0
        while True:
            await asyncio.sleep(1)
            due = time.monotonic() - checked >= CONSENT_S
            for _, subscriber in self._subscribers.values():
                subscriber.report()
                if due:
                    subscriber.endpoint.check()
            if due:
                checked = time.monotonic()
                for publisher in self._publishers.values():
                    publisher.endpoint.check()

    async def _measure(self, seconds: float) -> None:
        start = time.clock_gettime(time.CLOCK_REALTIME)
        before, began = self._cpu(), time.monotonic()
        self._late.clear()
        await asyncio.sleep(seconds)
        cores = (self._cpu() - before) / (time.monotonic() - began)
        late = float(np.percentile(self._late, 99))
        await asyncio.sleep(TAIL_S)
        self._tell(self._tally(start, start + seconds, late, cores))

    def _cpu(self) -> float:
        times = psutil.Process().cpu_times()
        return times.user + times.system

    def _tally(self, start: float, end: float, late: float, cores: float) -> Measured:
        expected, received, delays = 0, 0, []
        for room, publisher in self._publishers.items():
            for picture, sent in ((True, publisher.video.sent), (False, publisher.audio.sent)):
                got = [
                    subscriber.streams[picture].got
                    for place, subscriber in self._subscribers.values()
                    if place == room
                ]
                all_of_it, came, late_by = tally(sent, got, start, end)
                expected += all_of_it
                received += came
                delays.append(late_by)
        milliseconds = np.concatenate(delays) * 1000
        median, worst = np.percentile(milliseconds, [50, 99]) if received else (0.0, 0.0)
        return Measured(
            expected=expected,
            received=received,
            delays_ms=(float(median), float(worst)),
            late_ms=late * 1000,
            cores=cores,
        )


if __name__ == "__main__":
    gc.disable()  # a collection would hold up all peers at once; nothing here is cyclic
    asyncio.run(Generator().run())
