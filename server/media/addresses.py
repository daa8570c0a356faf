"""Which addresses we listen on, and which ones peers are told of."""

import ipaddress
from collections.abc import Sequence

import psutil

from signaling.agreement import Candidate


def candidates(listening: Sequence[tuple[str, int]], public: Sequence[str]) -> list[Candidate]:
    """Where peers are told to send: public addresses if given, else every address we listen on."""
    found = []
    for bound, port in listening:
        family = ipaddress.ip_address(bound).version
        addresses = [one for one in public if ipaddress.ip_address(one).version == family]
        for address in addresses or _own_addresses(bound):
            found.append(Candidate(address=address, port=port))
    return found


def _own_addresses(address: str) -> list[str]:
    """The address itself; for the unspecified one all of this machine, loopback last."""
    bound = ipaddress.ip_address(address)
    if not bound.is_unspecified:
        return [address]
    listed = (one.address for each in psutil.net_if_addrs().values() for one in each)
    own = [one for one in listed if _version(one) == bound.version]
    return sorted(own, key=lambda one: ipaddress.ip_address(one).is_loopback)


def _version(address: str) -> int | None:
    """4 or 6; none for what is no address of the Internet or has a zone."""
    try:
        return None if "%" in address else ipaddress.ip_address(address).version
    except ValueError:
        return None


def listen(text: str) -> tuple[str, int]:
    """`ADDRESS:PORT`, an IPv6 address in brackets or not."""
    address, _, port = text.rpartition(":")
    return str(ipaddress.ip_address(address.strip("[]"))), int(port)
