"""Under which addresses people reach this machine."""

import ipaddress
import json
import socket
from collections.abc import Sequence
from pathlib import Path

import psutil

_FILE = "address.json"


def lan_addresses() -> list[str]:
    """This machine's own IPv4 addresses that others may reach; none on a machine alone."""
    found = [
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family == socket.AF_INET
    ]
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def bases(host: str, port: int, base_url: str | None, lan: Sequence[str]) -> list[str]:
    """What links may begin with; the first works on this machine and has a camera there.

    Browsers give camera and microphone to `localhost` and to HTTPS alone.
    """
    if base_url is not None:
        return [base_url.rstrip("/")]
    own = [] if host in lan else ["localhost"]
    others = lan if host in ("0.0.0.0", "::") else [address for address in lan if address == host]
    return [f"http://{address}:{port}" for address in (*own, *others)]


def keep_port(data: Path, port: int) -> None:
    """Tell other commands which port the running server of a data folder has."""
    (data / _FILE).write_text(json.dumps({"port": port}))


def kept_port(data: Path) -> int | None:
    """The port that a server of this data folder had last."""
    try:
        port = json.loads((data / _FILE).read_text())["port"]
    except (OSError, ValueError, KeyError):
        return None
    return port if isinstance(port, int) else None
