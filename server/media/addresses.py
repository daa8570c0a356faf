"""Which addresses we listen on, and which ones peers are told of."""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import psutil

from signaling.agreement import Candidate

LOOK_SECONDS: Final = 3.0
"""For so long what was found is told again: a class that joins at once costs one look."""


class Announced:
    """Where peers are told to send, looked up anew when it is asked for and the last look is old.

    A laptop joins the school's Wi-Fi or a router gives another address while lessons run: whoever
    comes after that is told of it, and those who are there go on as they are.
    """

    def __init__(self, look: Callable[[], Sequence[Candidate]]) -> None:
        self._look = look
        self._found: tuple[Candidate, ...] = ()
        self._until = float("-inf")

    def at(self, now: float) -> tuple[Candidate, ...]:
        """What peers are told at `now`, in seconds of a clock that only goes forward."""
        if now >= self._until:
            self._found, self._until = tuple(self._look()), now + LOOK_SECONDS
        return self._found


def candidates(
    udp: Sequence[tuple[str, int]], tcp: Sequence[tuple[str, int]], public: Sequence[str]
) -> list[Candidate]:
    """Where peers are told to send: public addresses if given, else every address we listen on.

    UDP comes first: what is lost over TCP holds up all that follows.
    """
    found = [Candidate(address=host, port=port) for host, port in _told(udp, public)]
    streams = _told(tcp, public)
    return [*found, *(Candidate(address=host, port=p, transport="tcp") for host, p in streams)]


def _told(listening: Sequence[tuple[str, int]], public: Sequence[str]) -> Iterator[tuple[str, int]]:
    for bound, port in listening:
        family = ipaddress.ip_address(bound).version
        addresses = [one for one in public if ipaddress.ip_address(one).version == family]
        yield from ((address, port) for address in addresses or _own_addresses(bound))


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
