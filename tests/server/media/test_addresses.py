"""Listen addresses and candidates."""

import pytest

from server.media.addresses import candidates, listen


@pytest.mark.parametrize(
    ("text", "address"),
    [("1.2.3.4:5", ("1.2.3.4", 5)), ("[::1]:6", ("::1", 6)), ("::1:7", ("::1", 7))],
)
def test_a_listen_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert listen(text) == address


def test_the_address_we_listen_on_is_told() -> None:
    found = candidates([("192.0.2.1", 7)], [])
    assert [(each.address, each.port) for each in found] == [("192.0.2.1", 7)]


def test_public_addresses_stand_for_their_family() -> None:
    found = candidates([("0.0.0.0", 7), ("::1", 8)], ["192.0.2.9"])
    assert [(each.address, each.port) for each in found] == [("192.0.2.9", 7), ("::1", 8)]


def test_all_of_this_machine_is_told_with_loopback_last() -> None:
    found = candidates([("0.0.0.0", 7)], [])
    assert found[-1].address.startswith("127.")
    assert not any(each.address == "0.0.0.0" for each in found)
