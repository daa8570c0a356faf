"""A network namespace beside this one, behind a firewall that shuts UDP or loses some; needs root.

The way into it may be narrow.

A browser that is started inside reaches servers at the namespace's `outside`.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_numbers = itertools.count()
QUEUE_S = 0.2
"""What stands before a narrow way holds so much of it."""
SHUT = "drop"
"""What becomes of UDP: nothing passes."""


def losing(percent: int) -> str:
    """What becomes of UDP: so many packets of a hundred are lost, each way."""
    return f"numgen random mod 100 < {percent} drop"


@dataclass(frozen=True)
class Walled:
    """One such namespace."""

    name: str
    """What `ip netns` calls it."""
    outside: str
    """Our address, as it is seen from inside."""
    interface: str
    """Our interface towards it."""

    @property
    def enter(self) -> tuple[str, ...]:
        """The words before a command that is to run inside."""
        return ("ip", "netns", "exec", self.name)

    async def carry(self, kbps: int | None) -> None:
        """Let so much pass into it from now on, behind `QUEUE_S` of queue; none: everything."""
        root = ("dev", self.interface, "root")
        if kbps is None:
            await _run("tc", "qdisc", "delete", *root)
            return
        burst = max(3000, kbps * 125 // 250)  # a tick of the kernel may be 4 ms long
        words = (
            "rate",
            f"{kbps}kbit",
            "burst",
            str(burst),
            "limit",
            str(round(kbps * 125 * QUEUE_S)),
        )
        await _run("tc", "qdisc", "replace", *root, "tbf", *words)


async def _run(*words: str) -> None:
    process = await asyncio.create_subprocess_exec(*words)
    if await process.wait():
        raise RuntimeError(f"failed: {' '.join(words)}")


@asynccontextmanager
async def walled(udp: str = SHUT) -> AsyncIterator[Walled]:
    """The namespace during the block; what runs inside has to have ended before."""
    number = (os.getpid() * 4 + next(_numbers)) % 16_000
    name, near, far = f"wall{number}", f"wn{number}", f"wf{number}"
    net = f"10.{100 + number // 64 % 100}.{number % 64 * 4}"
    ours, theirs = f"{net}.1", f"{net}.2"
    await _run("ip", "netns", "add", name)
    try:
        await _run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
        await _run("ip", "address", "add", f"{ours}/30", "dev", near)
        await _run("ip", "link", "set", near, "up")
        inside = ("ip", "netns", "exec", name)
        await _run(*inside, "ip", "address", "add", f"{theirs}/30", "dev", far)
        await _run(*inside, "ip", "link", "set", "lo", "up")
        await _run(*inside, "ip", "link", "set", far, "up")
        await _run(*inside, "ip", "route", "add", "default", "via", ours)
        await _run(*inside, "nft", "add table inet wall")
        for hook, way in (("output", "oifname"), ("input", "iifname")):
            chain = f"{{ type filter hook {hook} priority 0; }}"
            await _run(*inside, "nft", f"add chain inet wall {hook} {chain}")
            await _run(*inside, "nft", f"add rule inet wall {hook} {way} != lo udp dport > 0 {udp}")
        yield Walled(name, ours, near)
    finally:
        await _run("ip", "netns", "delete", name)
