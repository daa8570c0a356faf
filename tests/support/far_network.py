"""A network of its own for devices: a namespace that reaches this machine by two cables.

One cable is plugged in; the other is for a device that moves. Rules decide what may pass. The
namespace, and with it cables and rules, is gone at the end. It needs root, `ip` and `nft`.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class FarNetwork:
    """The namespace while it is there."""

    name: str
    """Of the namespace."""
    subnet: str
    """The first two octets of every address."""

    @property
    def here(self) -> str:
        """The address of this machine, which both cables lead to."""
        return f"{self.subnet}.1.1"

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with that runs there."""
        return ("ip", "netns", "exec", self.name)

    async def shut_udp(self, *open_tcp: int) -> None:
        """Let no UDP pass, and TCP to these ports alone."""
        ports = ", ".join(map(str, open_tcp))
        await self._nft("add table inet shut")
        await self._nft("add chain inet shut out { type filter hook output priority 0; }")
        await self._nft("add rule inet shut out oifname != lo meta l4proto udp drop")
        await self._nft(f"add rule inet shut out oifname != lo tcp dport != {{ {ports} }} drop")

    async def narrow(self, kbps: int, queue: float) -> None:
        """Let what leaves by the first cable have so many kbit/s, behind a queue of seconds."""
        holds = round(kbps * 125 * queue)
        words = ("tbf", "rate", f"{kbps}kbit", "burst", "1600", "limit", str(holds))
        await run(*self.inside, "tc", "qdisc", "replace", "dev", "far1", "root", *words)

    async def widen(self) -> None:
        """Let it have all again."""
        await run(*self.inside, "tc", "qdisc", "delete", "dev", "far1", "root")

    async def plug_in(self, cable: int) -> None:
        """Plug a cable in: its end has an address, and the way to this machine."""
        inside = (*self.inside, "ip")
        await run(*inside, "link", "set", f"far{cable}", "up")
        await run(*inside, "address", "add", f"{self.subnet}.{cable}.2/24", "dev", f"far{cable}")
        await run(*inside, "route", "add", "default", "via", f"{self.subnet}.{cable}.1")

    async def unplug(self, cable: int) -> None:
        """Pull a cable: its end has no address any more."""
        inside = (*self.inside, "ip")
        await run(*inside, "address", "flush", "dev", f"far{cable}")
        await run(*inside, "link", "set", f"far{cable}", "down")

    async def _nft(self, rule: str) -> None:
        await run(*self.inside, "nft", rule)


@asynccontextmanager
async def far_network() -> AsyncIterator[FarNetwork]:
    """A namespace during the block, its first cable plugged in."""
    number = os.getpid() * 16 + next(_NUMBERS) % 16
    made = FarNetwork(f"tongke{number}", f"10.{64 + number % 128}")
    await run("ip", "netns", "add", made.name)
    try:
        await run(*made.inside, "ip", "link", "set", "lo", "up")
        for cable in (1, 2):
            await _lay(made, cable, _near(number, cable))
        await made.plug_in(1)
        yield made
    finally:
        for cable in (1, 2):  # a process that ends late keeps the namespace, but no cable
            await run("ip", "link", "delete", _near(number, cable))
        await run("ip", "netns", "delete", made.name)


def _near(number: int, cable: int) -> str:
    """This machine's end of a cable."""
    return f"tk{number % 0xFFFFFF:x}.{cable}"


async def _lay(network: FarNetwork, cable: int, near: str) -> None:
    """A cable from this machine's `near` to the namespace's `far…`."""
    peer = ("peer", "name", f"far{cable}", "netns", network.name)
    await run("ip", "link", "add", near, "type", "veth", *peer)
    await run("ip", "address", "add", f"{network.subnet}.{cable}.1/24", "dev", near)
    await run("ip", "link", "set", near, "up")


async def run(*words: str) -> None:
    """Run a command that must succeed."""
    process = await asyncio.create_subprocess_exec(*words)
    assert await process.wait() == 0, words
