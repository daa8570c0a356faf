import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from server.access.certificates import own_certificate
from server.front import Front, FrontError, FrontSettings, names, open_front
from server.web.addresses import machine_addresses

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> FrontSettings:
    return FrontSettings(
        data=tmp_path,
        host="127.0.0.1",
        port=0,
        setup_port=0,
        certificate=None,
        certificate_key=None,
        trust_proxy=False,
        base_url=None,
        public_addresses=(),
    )


@contextmanager
def opened(settings: FrontSettings) -> Iterator[Front]:
    front = open_front(settings, NOW)
    try:
        yield front
    finally:
        front.web.close()
        if front.setup is not None:
            front.setup.close()


def test_without_a_certificate_it_speaks_https_with_its_own(settings: FrontSettings) -> None:
    with opened(settings) as front:
        assert front.own is not None
        assert front.tls is not None
        assert front.setup is not None
        assert front.served.setup_port == front.setup.getsockname()[1]
        assert front.bases() == [f"https://localhost:{front.web.getsockname()[1]}"]
        trusted = x509.load_pem_x509_certificate(front.own.authority.read_bytes())
        leaf, *others = x509.load_pem_x509_certificates(front.own.chain.read_bytes())
        policy = PolicyBuilder().store(Store([trusted])).time(NOW)
        policy.build_server_verifier(x509.DNSName("localhost")).verify(leaf, others)


def test_links_begin_with_the_addresses_that_the_machine_has_now(
    settings: FrontSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(replace(settings, host="0.0.0.0")) as front:
        monkeypatch.setattr("server.front.lan_addresses", lambda: ["192.0.2.7"])
        port, setup = front.served.port, front.served.setup_port
        assert front.bases()[1:] == [f"https://192.0.2.7:{port}"]
        assert f"http://192.0.2.7:{setup}/setup" in front.setups()
        monkeypatch.setattr("server.front.lan_addresses", lambda: ["192.0.2.8"])
        assert front.bases()[1:] == [f"https://192.0.2.8:{port}"]


def test_behind_a_proxy_it_speaks_http_and_makes_nothing(settings: FrontSettings) -> None:
    with opened(replace(settings, trust_proxy=True)) as front:
        assert (front.tls, front.setup, front.own) == (None, None, None)
        assert front.bases()[0].startswith("http://localhost:")
        assert not (settings.data / "tls").exists()


def test_a_certificate_that_is_given_is_shown(settings: FrontSettings, tmp_path: Path) -> None:
    given = own_certificate(tmp_path / "given", ["school.example"], NOW).chain
    with opened(replace(settings, certificate=given, certificate_key=given)) as front:
        assert front.tls is not None
        assert (front.setup, front.own) == (None, None)
        assert front.served.scheme == "https"
        assert not (settings.data / "tls").exists()


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_certificate_that_can_not_be_used_is_named(
    settings: FrontSettings, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "school.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(FrontError, match=r"school\.pem"):
        open_front(replace(settings, certificate=file, certificate_key=file), NOW)


@pytest.mark.parametrize("setting", ["port", "setup_port"])
def test_a_port_that_is_taken_is_named(settings: FrontSettings, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FrontError, match=rf"^{setting} {port} on 127\.0\.0\.1: "):
            open_front(replace(settings, **{setting: port}), NOW)


def test_a_host_that_is_not_there_is_named(settings: FrontSettings) -> None:
    with pytest.raises(FrontError, match="nowhere"):
        open_front(replace(settings, host="nowhere.invalid"), NOW)


def test_every_way_here_is_named(settings: FrontSettings) -> None:
    asked = replace(
        settings,
        host="0.0.0.0",
        base_url="https://school.example:8443",
        public_addresses=("203.0.113.5",),
    )
    found = set(names(asked))
    assert {"localhost", "127.0.0.1", "::1", "school.example", "203.0.113.5"} <= found
    assert set(machine_addresses()) | {socket.gethostname()} <= found
    assert "0.0.0.0" not in found


def test_an_own_certificate_is_the_same_at_the_next_start(settings: FrontSettings) -> None:
    with opened(settings) as first:
        assert first.own is not None
        before = first.own.chain.read_bytes()
    with opened(settings) as second:
        assert second.own is not None
        assert second.own.chain.read_bytes() == before
        assert second.tls is not None
        assert second.tls.verify_mode is ssl.CERT_NONE
