"""The server's own certificate, for schools that have none: browsers give no camera without HTTPS.

Devices trust the authority once, by its file; the certificate it signs changes with the machine's
addresses and nobody notices. Everything here blocks: call it in a thread.
"""

import ipaddress
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397
"""No browser takes a longer one (CA/Browser Forum, Baseline Requirements 6.3.2)."""
RENEWED_DAYS = 30
"""A certificate that ends sooner is made anew."""
EARLY = timedelta(days=1)
"""Certificates begin in the past: the clocks of phones and panels are often late."""


@dataclass(frozen=True, kw_only=True)
class OwnCertificate:
    """What HTTPS needs, and what devices are given to trust it."""

    chain: Path
    """PEM file with the certificate, its key and the authority's certificate."""
    authority: Path
    """PEM file with the authority's certificate; no secret."""


@dataclass(frozen=True, kw_only=True)
class _Authority:
    """Who signs."""

    key: ec.EllipticCurvePrivateKey
    """Signs; whoever has it can be any site to the devices that trust it."""
    certificate: x509.Certificate
    """What the devices trust."""


def own_certificate(folder: Path, names: Iterable[str], now: datetime) -> OwnCertificate:
    """The certificate for these host names and addresses, made or made anew where needed.

    Args:
        folder: where authority and certificate are kept; it is made.
        names: host names and IP addresses; what no certificate can name is left out.
        now: aware.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = OwnCertificate(chain=folder / "server.pem", authority=folder / "ca.pem")
    authority = _authority(folder / "ca.key", made.authority, now)
    wanted = frozenset(_general_names(names))
    if not _good(made.chain, authority, wanted, now):
        _write(made.chain, _issue(authority, wanted, now), secret=True)
    return made


def _general_names(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        if "%" in name or not name.isascii():
            continue  # an address that one interface alone knows, or no name for the network
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name.lower()))
    return found


def _authority(key_file: Path, file: Path, now: datetime) -> _Authority:
    """Who signs: kept as long as it can be, because every device would have to be told anew."""
    if not key_file.exists():
        _write(key_file, _pem(ec.generate_private_key(ec.SECP256R1())), secret=True)
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} is no key on an elliptic curve")
    if not _lasts(file, now):
        _write(file, _certified(key, now).public_bytes(serialization.Encoding.PEM))
    return _Authority(key=key, certificate=x509.load_pem_x509_certificate(file.read_bytes()))


def _certified(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """A certificate of the authority itself (RFC 5280, 4.2.1.9)."""
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    # Two servers' authorities are told apart by their names in a device's list.
    name = _name(f"Tongke {mark.digest.hex()[:8]}")
    return (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(authority: _Authority, names: Iterable[x509.GeneralName], now: datetime) -> bytes:
    """A new key and its certificate, as one PEM text, so that no crash can part them."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority.certificate
    certificate = (
        _builder(_name("Tongke"), signer.subject, key.public_key(), now, CERTIFICATE_DAYS - 1)
        .add_extension(x509.SubjectAlternativeName(sorted(names, key=repr)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    parts = (certificate, signer)
    return _pem(key) + b"".join(part.public_bytes(serialization.Encoding.PEM) for part in parts)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _lasts(file: Path, now: datetime) -> bool:
    """Whether there is a certificate that is good for a while."""
    return _read(file, lambda held: held.not_valid_after_utc > now + timedelta(days=RENEWED_DAYS))


def _good(
    file: Path, authority: _Authority, wanted: frozenset[x509.GeneralName], now: datetime
) -> bool:
    """Whether the certificate names everything, was signed by this authority and lasts."""

    def fits(held: x509.Certificate) -> bool:
        names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        try:
            held.verify_directly_issued_by(authority.certificate)
        except (ValueError, InvalidSignature):
            return False
        return wanted <= frozenset(names)

    return _lasts(file, now) and _read(file, fits)


def _read(file: Path, holds: Callable[[x509.Certificate], bool]) -> bool:
    """Whether there is a file and something holds of the first certificate in it."""
    try:
        return holds(x509.load_pem_x509_certificate(file.read_bytes()))
    except FileNotFoundError:
        return False


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, text: bytes, *, secret: bool = False) -> None:
    """Write a file whole or not at all, readable by its owner alone if it is secret."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
