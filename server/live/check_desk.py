"""Devices that measure their path to us: how much they may ask for, and what they have reported.

Pure; time is an argument (seconds that never go back). In memory alone: a check is worth something
on its day, and `tongke doctor` asks while it waits.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from server.access.guesses import network
from server.media.ice import Bucket
from server.programme.refusal import Refusal, RefusedError

RUNS: Final = 32
"""Links of which reports are kept; the one that was quiet longest is forgotten."""
DEVICES: Final = 64
"""Devices kept of one link; the one that was quiet longest is forgotten."""
TRANSFERS: Final = 4
"""Measured transfers at once, so that a class that checks itself takes no lesson's bandwidth."""
AGAIN_SECONDS: Final = 5
"""When whoever was refused may try again."""
NETWORKS: Final = 1024
PER_NETWORK: Final = (3.0, 120.0)
"""Requests a second, and at once: one check makes eight, and a school has one address outside."""
OVERALL: Final = (20.0, 200.0)
PERSONS: Final = 1024
"""Of so many it is remembered how many tickets they took; the quietest is forgotten."""
PER_PERSON: Final = (0.1, 6.0)
"""Tickets a second for one person or screen, and at once: a check takes one."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a device says of its path."""

    device: str
    """Random, one for each page."""
    name: str
    """What somebody called the device; empty if nobody did."""
    browser: str
    """Browser and platform, as the page reads them."""
    https: bool
    """Whether the page and its requests came over HTTPS."""
    websocket: bool
    """Whether a websocket passed."""
    udp: bool
    """Whether ICE and DTLS came up with the media worker."""
    tcp: bool
    """Whether they came up by TCP, because UDP is shut."""
    relay: bool
    """Whether they came up by a relay, because our own port is shut."""
    udp_to: str | None
    """Our address that its media goes to, if its browser tells."""
    rtt_ms: float | None
    """Round trip to us."""
    up_kbps: float | None
    """What it can send."""
    down_kbps: float | None
    """What it can receive."""
    clock_ms: float | None
    """How far its clock is ahead of ours."""
    loss_up: float | None
    """Share of the packets it sent that were lost, 0 to 1."""
    loss_down: float | None
    """Share of the packets it was sent that were lost."""
    jitter_ms: float | None
    """How unevenly packets arrive (RFC 3550, 6.4.1), the worse of both ways."""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One device's report, and what we saw of it ourselves."""

    measured: Measured
    """What it says."""
    host: str
    """The host and port that its browser asked for."""
    address: str
    """Where it came from."""
    at: datetime
    """When; UTC."""


class CheckDesk:
    """Admits requests within bounds and keeps reports, the newest of each device."""

    def __init__(self) -> None:
        self._overall = Bucket(*OVERALL)
        self._networks: OrderedDict[str, Bucket] = OrderedDict()
        self._runs: OrderedDict[str, OrderedDict[str, Reported]] = OrderedDict()
        self._persons: OrderedDict[str, Bucket] = OrderedDict()
        self._transfers = 0

    def grant(self, who: str, now: float) -> None:
        """Let a person or a screen have a ticket.

        Raises:
            RefusedError: they took many just now.
        """
        bucket = self._persons.setdefault(who, Bucket(*PER_PERSON))
        _keep_newest(self._persons, who, PERSONS)
        if not bucket.take(now):
            raise RefusedError(Refusal.CHECK_BUSY, seconds=int(1 / PER_PERSON[0]))

    def admit(self, address: str, now: float) -> None:
        """Let one request of a check be answered.

        Raises:
            RefusedError: too many come from there, or from everywhere.
        """
        key = network(address)
        bucket = self._networks.setdefault(key, Bucket(*PER_NETWORK))
        _keep_newest(self._networks, key, NETWORKS)
        if not (bucket.take(now) and self._overall.take(now)):
            raise _busy()

    @contextmanager
    def transfer(self) -> Iterator[None]:
        """Measure a transfer during the block.

        Raises:
            RefusedError: enough others do.
        """
        if self._transfers >= TRANSFERS:
            raise _busy()
        self._transfers += 1
        try:
            yield
        finally:
            self._transfers -= 1

    def report(self, run: str, reported: Reported) -> None:
        """Keep a device's report under its link."""
        device = reported.measured.device
        devices = self._runs.setdefault(run, OrderedDict())
        devices[device] = reported
        _keep_newest(devices, device, DEVICES)
        _keep_newest(self._runs, run, RUNS)

    def reports(self, run: str) -> list[Reported]:
        """What devices reported under a link, the newest last."""
        return list(self._runs.get(run, {}).values())


def _busy() -> RefusedError:
    return RefusedError(Refusal.CHECK_BUSY, seconds=AGAIN_SECONDS)


def _keep_newest(records: OrderedDict[_Key, _Value], key: _Key, most: int) -> None:
    records.move_to_end(key)
    while len(records) > most:
        records.popitem(last=False)
