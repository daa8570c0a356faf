"""Listen addresses and candidates."""

import pytest

from server.media.addresses import LOOK_SECONDS, Announced, candidates, listen
from signaling.agreement import Candidate


@pytest.mark.parametrize(
    ("text", "address"),
    [("1.2.3.4:5", ("1.2.3.4", 5)), ("[::1]:6", ("::1", 6)), ("::1:7", ("::1", 7))],
)
def test_a_listen_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert listen(text) == address


def test_the_address_we_listen_on_is_told() -> None:
    found = candidates([("192.0.2.1", 7)], [], [])
    assert [(each.address, each.port) for each in found] == [("192.0.2.1", 7)]


def test_public_addresses_stand_for_their_family() -> None:
    found = candidates([("0.0.0.0", 7), ("::1", 8)], [], ["192.0.2.9"])
    assert [(each.address, each.port) for each in found] == [("192.0.2.9", 7), ("::1", 8)]


def test_all_of_this_machine_is_told_with_loopback_last() -> None:
    found = candidates([("0.0.0.0", 7)], [], [])
    assert found[-1].address.startswith("127.")
    assert not any(each.address == "0.0.0.0" for each in found)


def test_tcp_is_told_behind_udp_and_only_where_it_listens() -> None:
    found = candidates([("192.0.2.1", 7), ("::1", 8)], [("192.0.2.1", 7)], ["192.0.2.9"])
    told = [(each.transport, each.address, each.port) for each in found]
    assert told == [("udp", "192.0.2.9", 7), ("udp", "::1", 8), ("tcp", "192.0.2.9", 7)]


def test_what_is_told_is_looked_up_anew_but_not_for_everybody() -> None:
    here = [Candidate(address="192.0.2.1", port=7)]
    announced = Announced(lambda: here)
    assert announced.at(100.0) == (here[0],)
    here.append(Candidate(address="198.51.100.7", port=7))
    assert announced.at(100.0 + LOOK_SECONDS - 0.1) == (here[0],)
    assert announced.at(100.0 + LOOK_SECONDS) == tuple(here)
    here.pop(0)
    assert announced.at(100.0 + 2 * LOOK_SECONDS) == (Candidate(address="198.51.100.7", port=7),)
