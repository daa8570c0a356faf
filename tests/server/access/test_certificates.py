import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from server.access.certificates import OwnCertificate, own_certificate

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
NAMES = ("localhost", "Panel-3", "127.0.0.1", "::1", "192.0.2.7")


def first(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def made(folder: Path, *more: str, days: float = 0) -> OwnCertificate:
    return own_certificate(folder / "tls", (*NAMES, *more), NOW + timedelta(days=days))


def names(file: Path) -> set[str]:
    held = first(file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in held}


def test_it_names_every_host_and_address(tmp_path: Path) -> None:
    chain = made(tmp_path, "fe80::1%eth0", "教室").chain
    assert names(chain) == {"localhost", "panel-3", "127.0.0.1", "::1", "192.0.2.7"}


@pytest.mark.parametrize("name", ["localhost", "panel-3"])
def test_whoever_trusts_the_authority_trusts_the_server(tmp_path: Path, name: str) -> None:
    own = made(tmp_path)
    leaf, *others = x509.load_pem_x509_certificates(own.chain.read_bytes())
    policy = PolicyBuilder().store(Store([first(own.authority)])).time(NOW)
    verifier = policy.build_server_verifier(x509.DNSName(name))
    assert verifier.verify(leaf, others)[0] == leaf


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    own = made(tmp_path)
    for secret in (own.chain, own.authority.with_name("ca.key")):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert b"PRIVATE" not in own.authority.read_bytes()


def test_no_browser_finds_it_too_long_and_no_slow_clock_too_early(tmp_path: Path) -> None:
    held = first(made(tmp_path).chain)
    assert held.not_valid_after_utc - held.not_valid_before_utc <= timedelta(days=397)
    assert held.not_valid_before_utc <= NOW - timedelta(hours=12)


def test_it_is_kept_while_it_is_good(tmp_path: Path) -> None:
    before = made(tmp_path).chain.read_bytes()
    assert made(tmp_path, days=300).chain.read_bytes() == before


@pytest.mark.parametrize(("more", "days"), [(("198.51.100.9",), 0), ((), 370), ((), 500)])
def test_a_new_address_or_its_end_makes_it_anew(
    tmp_path: Path, more: tuple[str, ...], days: float
) -> None:
    own = made(tmp_path)
    before, trusted = own.chain.read_bytes(), own.authority.read_bytes()
    assert made(tmp_path, *more, days=days).chain.read_bytes() != before
    assert own.authority.read_bytes() == trusted
    assert set(more) <= names(own.chain)


def test_a_lost_authority_makes_all_anew(tmp_path: Path) -> None:
    own = made(tmp_path)
    before = first(own.chain)
    for lost in ("ca.key", "ca.pem"):
        own.authority.with_name(lost).unlink()
    first(made(tmp_path).chain).verify_directly_issued_by(first(own.authority))
    assert first(own.chain) != before


def test_a_lost_certificate_of_the_authority_is_made_for_the_same_key(tmp_path: Path) -> None:
    own = made(tmp_path)
    before = own.chain.read_bytes()
    own.authority.unlink()
    assert made(tmp_path).chain.read_bytes() == before


def test_tls_takes_it(tmp_path: Path) -> None:
    own = made(tmp_path)
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(own.chain)
    ssl.create_default_context(cafile=own.authority)
