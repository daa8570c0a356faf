import aioice.ice
import pytest

from client.room.addresses import choose, is_loopback, machine_addresses, use_loopback

OUTSIDE = ["192.0.2.7", "2001:db8::7"]
INSIDE = ["127.0.0.1", "::1"]


def test_loopback_is_left_out_where_there_is_another_way() -> None:
    assert choose(INSIDE + OUTSIDE, True, True, loopback=False) == OUTSIDE


def test_loopback_comes_last_when_the_server_is_there() -> None:
    assert choose(INSIDE + OUTSIDE, True, True, loopback=True) == OUTSIDE + INSIDE


def test_a_machine_without_a_network_uses_loopback() -> None:
    assert choose(INSIDE, True, True, loopback=False) == INSIDE


def test_only_the_families_asked_for_are_used() -> None:
    assert choose(INSIDE + OUTSIDE, True, False, loopback=True) == ["192.0.2.7", "127.0.0.1"]
    assert choose(INSIDE, False, True, loopback=False) == ["::1"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_hosts_on_this_machine_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.7", "school.example", "", "2001:db8::7"])
def test_other_hosts_are_elsewhere(host: str) -> None:
    assert not is_loopback(host)


def test_this_machine_has_a_loopback_address() -> None:
    assert "127.0.0.1" in machine_addresses()


def test_ice_offers_loopback_to_a_server_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    use_loopback("http://localhost:8080/lesson#token")
    assert "127.0.0.1" in aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)
