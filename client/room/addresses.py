"""Which of this machine's addresses a room tells the server, loopback ones among them."""

import ipaddress
from urllib.parse import urlsplit

import aioice.ice
import ifaddr


def use_loopback(link: str) -> None:
    """Let ICE use 127.0.0.1 and ::1 where it must, for the rest of this process.

    aioice never offers loopback addresses (RFC 8445 5.1.1.1), yet a lesson on one machine must work
    without any network. So they are offered when the server is reached by loopback or when the
    machine has no other address. This replaces the one function of aioice that lists addresses;
    nothing else of it is touched.

    Args:
        link: the link by which the lesson is joined.
    """
    local = is_loopback(urlsplit(link).hostname or "")

    def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return choose(machine_addresses(), use_ipv4, use_ipv6, loopback=local)

    aioice.ice.get_host_addresses = host_addresses


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def machine_addresses() -> list[str]:
    """Every address of this machine but link-local ones."""
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    names = [ip if isinstance(ip, str) else ip[0] for ip in found]
    return [name for name in names if not ipaddress.ip_address(name).is_link_local]


def choose(addresses: list[str], use_ipv4: bool, use_ipv6: bool, loopback: bool) -> list[str]:
    """Those to offer: all but loopback, and loopback where it is asked for or all there is."""
    allowed = {4: use_ipv4, 6: use_ipv6}
    parsed = [ipaddress.ip_address(address) for address in addresses]
    fitting = [address for address in parsed if allowed[address.version]]
    outside = [address for address in fitting if not address.is_loopback]
    inside = [address for address in fitting if address.is_loopback]
    return [str(address) for address in (outside + inside if loopback or not outside else outside)]
