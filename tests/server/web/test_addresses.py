import ipaddress
from pathlib import Path

import pytest

from server.web.addresses import Scheme, Served, bases, keep, kept, lan_addresses

LAN = ["192.0.2.1", "198.51.100.7"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("0.0.0.0", ["http://localhost:80", "http://192.0.2.1:80", "http://198.51.100.7:80"]),
        ("127.0.0.1", ["http://localhost:80"]),
        ("192.0.2.1", ["http://192.0.2.1:80"]),
    ],
)
def test_links_begin_with_where_we_listen(host: str, expected: list[str]) -> None:
    assert bases(host, "http", 80, None, LAN) == expected


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443), ("https", 8080)])
def test_links_say_scheme_and_port_even_where_browsers_would_guess_them(
    scheme: Scheme, port: int
) -> None:
    assert {base.split(":")[0] for base in bases("0.0.0.0", scheme, port, None, LAN)} == {scheme}
    assert all(base.endswith(f":{port}") for base in bases("0.0.0.0", scheme, port, None, LAN))


def test_an_address_of_ones_own_comes_alone() -> None:
    assert bases("0.0.0.0", "http", 80, "https://class.example/", LAN) == ["https://class.example"]


def test_no_lan_address_is_loopback() -> None:
    assert not [a for a in lan_addresses() if ipaddress.ip_address(a).is_loopback]


def test_how_the_running_server_is_reached_is_found_by_others(tmp_path: Path) -> None:
    assert kept(tmp_path) is None
    served = Served(scheme="https", port=8123, setup_port=8124)
    keep(tmp_path, served)
    assert kept(tmp_path) == served
    (tmp_path / "address.json").write_text("torn")
    assert kept(tmp_path) is None
