"""Under which addresses people reach this machine."""

import ipaddress
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import psutil
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

_FILE = "address.json"

Scheme = Literal["http", "https"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="ignore"))
class Served:
    """How the running server of a data folder is reached."""

    scheme: Scheme
    """What its web port speaks."""
    port: int
    """Its web port."""
    setup_port: int | None = None
    """Plain HTTP port of the set-up page, if there is one."""
    host: str = "0.0.0.0"
    """The address the web port listens on."""


_SERVED: TypeAdapter[Served] = TypeAdapter(Served)


def machine_addresses() -> list[str]:
    """Every IP address of this machine, loopback ones too."""
    return [
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family in (socket.AF_INET, socket.AF_INET6)
    ]


def lan_addresses() -> list[str]:
    """This machine's own IPv4 addresses that others may reach; none on a machine alone."""
    found = [address for address in machine_addresses() if ":" not in address]
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def ipv6_addresses() -> list[str]:
    """This machine's own IPv6 addresses that reach beyond one cable."""
    found = [address for address in machine_addresses() if ":" in address and "%" not in address]
    parsed = ((address, ipaddress.ip_address(address)) for address in found)
    return [name for name, one in parsed if not (one.is_loopback or one.is_link_local)]


def bases(
    host: str, scheme: Scheme, port: int, base_url: str | None, lan: Sequence[str]
) -> list[str]:
    """What links may begin with, always with the port; the first works on this machine.

    Browsers give camera and microphone to `localhost` and to HTTPS alone.
    """
    if base_url is not None:
        return [base_url.rstrip("/")]
    own = [] if host in lan else ["localhost"]
    others = lan if host in ("0.0.0.0", "::") else [address for address in lan if address == host]
    return [f"{scheme}://{address}:{port}" for address in (*own, *others)]


def keep(data: Path, served: Served) -> None:
    """Tell other commands how the running server of a data folder is reached."""
    (data / _FILE).write_bytes(_SERVED.dump_json(served))


def kept(data: Path) -> Served | None:
    """How a server of this data folder was reached last."""
    try:
        return _SERVED.validate_json((data / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
