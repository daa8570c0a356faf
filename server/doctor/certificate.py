"""The certificate that browsers are shown, from the running server or from its file. Blocking."""

import socket
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509

from server.doctor.facts import Certificate, Kind

ANSWER_SECONDS: Final = 3.0


def shown(host: str, port: int, kind: Kind) -> Certificate | None:
    """What a port shows; none if nothing answers there."""
    context = ssl.create_default_context()
    # It is looked at, not trusted.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), ANSWER_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            found = secure.getpeercert(binary_form=True)
    except OSError:
        return None
    return None if found is None else _facts(x509.load_der_x509_certificate(found), kind)


def in_file(path: Path, kind: Kind) -> Certificate | None:
    """What a PEM file begins with; none if it can't be read."""
    try:
        return _facts(x509.load_pem_x509_certificate(path.read_bytes()), kind)
    except (OSError, ValueError):
        return None


def _facts(held: x509.Certificate, kind: Kind) -> Certificate:
    try:
        extension = held.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        names: list[str] = []
    else:
        addresses = extension.value.get_values_for_type(x509.IPAddress)
        names = [*extension.value.get_values_for_type(x509.DNSName), *map(str, addresses)]
    return Certificate(kind=kind, ends=held.not_valid_after_utc.timestamp(), names=frozenset(names))
