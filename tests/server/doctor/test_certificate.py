import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.access.certificates import CERTIFICATE_DAYS, own_certificate
from server.doctor.certificate import in_file, shown

NOW = datetime.now(UTC)
NAMES = ("localhost", "192.0.2.7", "2001:db8::1")
SOON = timedelta(minutes=5)


def test_a_file_is_read(tmp_path: Path) -> None:
    own = own_certificate(tmp_path, NAMES, NOW)
    held = in_file(own.chain, "own")
    assert held is not None
    assert held.names == set(NAMES)
    ends = (NOW + timedelta(days=CERTIFICATE_DAYS - 1)).timestamp()
    assert abs(held.ends - ends) < SOON.total_seconds()
    authority = in_file(own.authority, "given")
    assert authority is not None
    assert authority.names == frozenset()


def test_what_is_no_certificate_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("-----BEGIN CERTIFICATE-----")
    assert in_file(tmp_path / "x.pem", "given") is None
    assert in_file(tmp_path / "missing.pem", "given") is None


def test_a_port_is_looked_at_whether_it_is_trusted_or_not(tmp_path: Path) -> None:
    own = own_certificate(tmp_path, NAMES, NOW)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own.chain)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with context.wrap_socket(listening.accept()[0], server_side=True):
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        assert shown("127.0.0.1", listening.getsockname()[1], "own") == in_file(own.chain, "own")
        thread.join()


def test_a_port_where_nobody_answers_shows_none() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert shown("127.0.0.1", taken.getsockname()[1], "own") is None
