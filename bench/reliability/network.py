"""The weak school's network: a namespace behind a relay; needs root, `ip`, `tc`, `nft`.

tbf makes the rate and its queue at both ends, nftables the independent loss and the shut UDP where
packets come in, the relay delay, jitter, bursts and outages.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Final

from bench.reliability.held import Path
from bench.reliability.rows import FREE, FREE_KBPS, Link

HERE, THERE = "10.98.0.1", "10.98.0.2"
NEAR, FAR = "relnear", "relfar"
MTU: Final = 1500
BURST: Final = 2 * MTU
"""Octets that pass at once; tbf carries no packet that is larger."""


def shape(link: Link) -> list[str]:
    """The words of tbf for a link."""
    kbps = link.kbps or FREE_KBPS
    holds = max(BURST, round(kbps * 125 * link.queue))
    burst = max(BURST, kbps * 125 // 250)  # a tick of the kernel may be 4 ms long
    return ["tbf", "rate", f"{kbps}kbit", "burst", str(burst), "limit", str(holds)]


def ruled(device: str, link: Link) -> str:
    """The rules of nftables for what comes in by a device."""
    rules = ["flush chain netdev weak arrives"]
    if link.loss and link.burst == 1:
        lost = round(1000 * link.loss)
        rules.append(f"add rule netdev weak arrives numgen random mod 1000 < {lost} drop")
    if not link.udp:
        rules.append("add rule netdev weak arrives ip protocol udp drop")
    made = f"{{ type filter hook ingress device {device} priority 0; }}"
    begin = ["add table netdev weak", f"add chain netdev weak arrives {made}"]
    return "\n".join(begin + rules)


def path(link: Link, cut: bool) -> Path:
    """What the relay does for a link."""
    return Path(
        delay=max(0.0, (link.rtt - link.jitter) / 2),
        jitter=link.jitter,
        loss=link.loss if link.burst > 1 else 0.0,
        burst=link.burst,
        cut=cut,
    )


class WeakNetwork:
    """The namespace and the line to it."""

    def __init__(self, name: str, relay: asyncio.subprocess.Process) -> None:
        self.name = name
        """What `ip netns` calls it."""
        self._relay = relay
        self._link = FREE

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with that runs there."""
        return ("ip", "netns", "exec", self.name)

    async def change(self, link: Link) -> None:
        """Another line from now on."""
        self._link = link
        self._tell(cut=False)
        for device, inside in ((NEAR, ()), (FAR, self.inside)):
            await run(*inside, "tc", "qdisc", "replace", "dev", device, "root", *shape(link))
            await run(*inside, "nft", ruled(device, link))

    def cut(self) -> None:
        """Let nothing pass."""
        self._tell(cut=True)

    def mend(self) -> None:
        """Let all pass again."""
        self._tell(cut=False)

    def _tell(self, *, cut: bool) -> None:
        assert self._relay.stdin is not None
        line = json.dumps(asdict(path(self._link, cut)))
        self._relay.stdin.write(line.encode() + b"\n")


@asynccontextmanager
async def weak_network() -> AsyncIterator[WeakNetwork]:
    """The namespace during the block; what runs inside has to have ended before."""
    name = f"weak{os.getpid()}"
    await run("ip", "netns", "add", name)
    relay = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.reliability.relay", NEAR, FAR),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert relay.stdout is not None
        assert await relay.stdout.readline() == b"ready\n"
        made = WeakNetwork(name, relay)
        await _lay(made)
        await made.change(FREE)
        yield made
    finally:
        assert relay.stdin is not None
        relay.stdin.close()
        await relay.wait()
        await run("nft", "delete table netdev weak")
        await run("ip", "netns", "delete", name)


async def _lay(network: WeakNetwork) -> None:
    """Give both devices their places and addresses."""
    inside = network.inside
    await run("ip", "link", "set", FAR, "netns", network.name)
    for device, ours, theirs, words in (
        (NEAR, HERE, THERE, ()),
        (FAR, THERE, HERE, inside),
    ):
        await run(*words, "ip", "address", "add", ours, "peer", theirs, "dev", device)
        await run(*words, "ip", "link", "set", device, "mtu", str(MTU), "up")
    await run(*inside, "ip", "link", "set", "lo", "up")
    await run(*inside, "ip", "route", "add", "default", "via", HERE)


async def run(*words: str) -> None:
    """Run a command that must succeed.

    Raises:
        RuntimeError: it did not.
    """
    process = await asyncio.create_subprocess_exec(*words)
    if await process.wait():
        raise RuntimeError(f"failed: {' '.join(words)}")
