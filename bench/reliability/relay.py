"""Carries IP packets between two TUN devices, each with the delay and loss of its direction.

`python -m bench.reliability.relay NEAR FAR` makes both devices, says `ready`, and takes one JSON
object a line: the path of both directions from then on. The devices are gone when it ends, which is
when its standard input closes. It needs root. Two devices and not a bridge: what passes is whole IP
packets, so TCP, UDP and ICMP are delayed alike and nobody's address changes.
"""

import fcntl
import json
import os
import selectors
import struct
import sys
import time
from typing import Final

from bench.reliability.held import Held, Path

TUN: Final = "/dev/net/tun"
TUNSETIFF: Final = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
LONGEST: Final = 65_536


def opened(name: str) -> int:
    """A new TUN device."""
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


class Relay:
    """Both directions."""

    def __init__(self, near: int, far: int) -> None:
        self._ways = {near: (Held(1), far), far: (Held(2), near)}
        self._waits = selectors.DefaultSelector()
        for device in self._ways:
            self._waits.register(device, selectors.EVENT_READ)
        self._waits.register(sys.stdin.fileno(), selectors.EVENT_READ)

    def run(self) -> None:
        """Carry until standard input closes."""
        rest = b""
        while True:
            for key, _ in self._waits.select(self._pause()):
                if key.fd in self._ways:
                    self._take(key.fd)
                elif told := os.read(key.fd, LONGEST):
                    *lines, rest = (rest + told).split(b"\n")
                    self._change(lines)
                else:
                    return
            self._give()

    def _pause(self) -> float | None:
        """Seconds until something arrives."""
        due = [at for held, _ in self._ways.values() if (at := held.due()) is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _take(self, device: int) -> None:
        held, _ = self._ways[device]
        try:
            while True:
                held.take(time.monotonic(), os.read(device, LONGEST))
        except BlockingIOError:
            return

    def _give(self) -> None:
        for held, device in self._ways.values():
            for packet in held.arrived(time.monotonic()):
                try:
                    os.write(device, packet)
                except OSError:
                    continue  # a device that is down takes nothing, as a pulled cable

    def _change(self, lines: list[bytes]) -> None:
        for line in lines:
            path = Path(**json.loads(line))
            for held, _ in self._ways.values():
                held.change(path)


def main() -> None:
    """Make the devices, then carry."""
    near, far = sys.argv[1:]
    relay = Relay(opened(near), opened(far))
    print("ready", flush=True)
    relay.run()


if __name__ == "__main__":
    main()
