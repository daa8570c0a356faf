"""The server's front: its two web ports and the certificate it shows there."""

import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from server.access.certificates import OwnCertificate, own_certificate
from server.web.addresses import Scheme, Served, bases, lan_addresses, machine_addresses
from server.web.remedy import Remedy


class FrontError(Exception):
    """The front can't be opened; the message says why and what to change."""


@dataclass(frozen=True, kw_only=True)
class FrontSettings:
    """What the front is to be."""

    data: Path
    """The data folder; `tls` in it holds the own certificate."""
    host: str
    """Address the ports listen on."""
    port: int
    """Web port; 0 takes a free one."""
    setup_port: int
    """Port of the set-up page, opened with an own certificate only; 0 takes a free one."""
    certificate: Path | None
    """Certificate file that was given, as PEM."""
    certificate_key: Path | None
    """Its key file."""
    trust_proxy: bool
    """Whether a proxy does TLS."""
    base_url: str | None
    """How links begin, if it was given."""
    public_addresses: tuple[str, ...]
    """This machine's addresses as seen from outside a NAT."""

    @property
    def scheme(self) -> Scheme:
        """What the web port speaks."""
        return "http" if self.trust_proxy else "https"


@dataclass(frozen=True, kw_only=True)
class Front:
    """Ports that are taken and nothing answers at yet; whoever opened it closes the sockets."""

    web: socket.socket
    """Of pages and signaling."""
    tls: ssl.SSLContext | None
    """What the web port shows; none speaks plain HTTP."""
    setup: socket.socket | None
    """Of the set-up page, if there is an own certificate to be trusted."""
    own: OwnCertificate | None
    """The own certificate, if none was given."""
    served: Served
    """How it is reached."""
    base_url: str | None
    """How links begin, if it was given."""

    def bases(self) -> list[str]:
        """What links begin with, by the addresses that this machine has now."""
        served = self.served
        return bases(served.host, served.scheme, served.port, self.base_url, lan_addresses())

    def setups(self) -> list[str]:
        """Where the set-up page is for those who come by each of `bases`."""
        remedy = Remedy(setup_port=self.served.setup_port)
        found = (remedy.at(urlsplit(base).netloc) for base in self.bases())
        return [address for address in found if address is not None]


def open_front(settings: FrontSettings, now: datetime) -> Front:
    """Take the ports and make the certificate ready. Blocking.

    Raises:
        FrontError: a port is taken, or a certificate file can't be used.
    """
    own = own_of(settings, now)
    tls = None if settings.trust_proxy else tls_context(settings, own)
    with ExitStack() as held:
        web = _bound(settings.host, settings.port, "port", held)
        setup = None
        if own is not None:
            setup = _bound(settings.host, settings.setup_port, "setup_port", held)
        held.pop_all()
    served = Served(
        scheme=settings.scheme,
        port=_port(web),
        setup_port=None if setup is None else _port(setup),
        host=settings.host,
    )
    return Front(web=web, tls=tls, setup=setup, own=own, served=served, base_url=settings.base_url)


def names(settings: FrontSettings) -> list[str]:
    """Every host name and address that a link to this server may hold."""
    outside = () if settings.base_url is None else (urlsplit(settings.base_url).hostname or "",)
    anywhere = ("0.0.0.0", "::")
    found = ["localhost", socket.gethostname(), "127.0.0.1", "::1", settings.host, *outside]
    found += [*machine_addresses(), *settings.public_addresses]
    return [name for name in found if name and name not in anywhere]


def own_of(settings: FrontSettings, now: datetime) -> OwnCertificate | None:
    """The own certificate, made anew where needed; none where there is another. Blocking."""
    if settings.trust_proxy or settings.certificate is not None:
        return None
    return own_certificate(settings.data / "tls", names(settings), now)


def tls_context(settings: FrontSettings, own: OwnCertificate | None) -> ssl.SSLContext:
    """What shows the given certificate, or the own one. Blocking.

    Raises:
        FrontError: its files can't be used.
    """
    chain = settings.certificate if own is None else own.chain
    assert chain is not None  # `open_front` makes an own one where none was given
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # An own chain holds its key; without a password OpenSSL would ask the terminal for one.
        context.load_cert_chain(chain, settings.certificate_key, password="")
    except (OSError, ssl.SSLError) as error:
        raise FrontError(
            f"certificate {chain} and certificate_key {settings.certificate_key or chain} "
            f"can't be used: {error.strerror or error}"
        ) from error
    return context


def _bound(host: str, port: int, setting: str, held: ExitStack) -> socket.socket:
    """A socket that has a port and closes with `held`; of a host name the first address."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise FrontError(f"host {host}: {error.strerror}") from error
    taken = held.enter_context(socket.socket(family, kind, number))
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
    except OSError as error:
        raise FrontError(f"{setting} {port} on {host}: {error.strerror}; choose another") from error
    return taken


def _port(taken: socket.socket) -> int:
    port: int = taken.getsockname()[1]
    return port
