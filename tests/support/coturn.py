"""A real TURN server for tests: Debian's coturn, with a configuration of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import until

CONFIGURATION = """listening-ip={host}
relay-ip={host}
listening-port={port}
use-auth-secret
static-auth-secret={secret}
realm=school.test
allow-loopback-peers
cli-password=unused
no-cli
no-tls
no-dtls
no-multicast-peers
log-file=stdout
simple-log
pidfile={folder}/turnserver.pid
userdb={folder}/turndb
"""
START_S = 10.0
SECRET = "north"


@dataclass(frozen=True)
class Coturn:
    """A running relay."""

    host: str
    port: int
    secret: Path
    """The file that holds what it shares with the server."""

    def url(self, transport: str) -> str:
        """As the setting `turn_url` and browsers take it."""
        return f"turn:{self.host}:{self.port}?transport={transport}"

    @property
    def options(self) -> tuple[str, ...]:
        """What the server is to be told."""
        urls = [("--turn-url", self.url(transport)) for transport in ("udp", "tcp")]
        return (*(word for pair in urls for word in pair), "--turn-secret", str(self.secret))


@asynccontextmanager
async def coturn(folder: Path, host: str = "127.0.0.1") -> AsyncIterator[Coturn]:
    """A relay at an address of this machine, during the block."""
    relay = await asyncio.to_thread(_prepared, folder, host)
    process = await asyncio.create_subprocess_exec(
        *("turnserver", "-c", str(folder / "turnserver.conf")), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: _answers(relay), START_S)
        yield relay
    finally:
        process.kill()
        await process.wait()


def _prepared(folder: Path, host: str) -> Coturn:
    """Its configuration and its secret, in a new folder."""
    folder.mkdir()
    relay = Coturn(host, _free_port(host), folder / "turn.secret")
    relay.secret.write_text(f"{SECRET}\n")
    told = CONFIGURATION.format(host=host, port=relay.port, secret=SECRET, folder=folder)
    (folder / "turnserver.conf").write_text(told)
    return relay


async def _answers(relay: Coturn) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(relay.host, relay.port)
        writer.close()
        return True
    return False


def _free_port(host: str) -> int:
    """A port that nobody has just now."""
    with socket.create_server((host, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
