"""Reads the queues at both ends of the line while a row is measured. A shell."""

import asyncio
import time

from bench.reliability.network import FAR, NEAR, WeakNetwork
from bench.reliability.queues import Gauge
from bench.reliability.readings import Reading

EVERY_S = 0.02


class Line:
    """Reads both queues all the time; `run` is a task of whoever made it."""

    def __init__(self, network: WeakNetwork) -> None:
        self._gauges = (Gauge(NEAR), Gauge(FAR, network.name))
        self._readings: list[Reading] = []

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            while True:
                down, up = (gauge.read() for gauge in self._gauges)
                if down is not None and up is not None:
                    self._readings.append(Reading(time.monotonic(), down, up))
                await asyncio.sleep(EVERY_S)
        finally:
            for gauge in self._gauges:
                gauge.close()

    def between(self, start: float, end: float) -> list[Reading]:
        """What was read in a time."""
        return [one for one in self._readings if start <= one.at < end]
