import ipaddress
from pathlib import Path

import pytest

from server.web.addresses import bases, keep_port, kept_port, lan_addresses

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
    assert bases(host, 80, None, LAN) == expected


def test_an_address_of_ones_own_comes_alone() -> None:
    assert bases("0.0.0.0", 80, "https://class.example/", LAN) == ["https://class.example"]


def test_no_lan_address_is_loopback() -> None:
    assert not [a for a in lan_addresses() if ipaddress.ip_address(a).is_loopback]


def test_the_running_servers_port_is_found_by_others(tmp_path: Path) -> None:
    assert kept_port(tmp_path) is None
    keep_port(tmp_path, 8123)
    assert kept_port(tmp_path) == 8123
    (tmp_path / "address.json").write_text("torn")
    assert kept_port(tmp_path) is None
