import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sockets import FEW, OUT_STRIDE, SLOTS, Name, UdpSocket

RECEIVERS = 3


@pytest.fixture(scope="module")
def receivers() -> Iterator[list[socket.socket]]:
    found = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(RECEIVERS)]
    for each in found:
        each.bind(("127.0.0.1", 0))
        each.settimeout(2)
    yield found
    for each in found:
        each.close()


@pytest.fixture(scope="module")
def sender() -> Iterator[UdpSocket]:
    made = UdpSocket("127.0.0.1", 0)
    yield made
    made.close()


def raw(receiver: socket.socket) -> bytes:
    host, port = receiver.getsockname()
    family = socket.AF_INET.to_bytes(2, "little")
    return family + int(port).to_bytes(2, "big") + socket.inet_aton(host) + bytes(8)


def fill(sender: UdpSocket, names: list[Name], plan: list[tuple[int, int]]) -> None:
    for slot, (receiver, size) in enumerate(plan):
        at = slot * OUT_STRIDE
        sender.outbox.data[at : at + size] = slot.to_bytes(2, "big") * (size // 2)
        sender.outbox.vector_words[2 * slot + 1] = size
        sender.outbox.header_words[8 * slot] = names[receiver].address
    sender.queued = len(plan)


sizes = st.sampled_from([100, 700, 1200])


@given(plan=st.lists(st.tuples(st.integers(0, RECEIVERS - 1), sizes), min_size=1, max_size=150))
def test_each_receiver_gets_its_datagrams_whole_and_in_order(
    sender: UdpSocket, receivers: list[socket.socket], plan: list[tuple[int, int]]
) -> None:
    names = [Name(raw(each)) for each in receivers]
    fill(sender, names, plan)
    sender.flush()
    for number, receiver in enumerate(receivers):
        for slot, (_, size) in [(s, p) for s, p in enumerate(plan) if p[0] == number]:
            assert receiver.recv(2000) == slot.to_bytes(2, "big") * (size // 2)
    assert sender.unsent == 0


def test_a_key_frame_of_many_packets_is_more_than_one_burst(
    sender: UdpSocket, receivers: list[socket.socket]
) -> None:
    names = [Name(raw(receivers[0]))]
    fill(sender, names, [(0, 1400)] * 60)
    sender.flush()
    assert all(len(receivers[0].recv(2000)) == 1400 for _ in range(60))


def test_what_the_kernel_refuses_is_counted_and_the_others_arrive(
    receivers: list[socket.socket],
) -> None:
    sender = UdpSocket("127.0.0.1", 0)
    # No host is reached at the broadcast address without asking for it: EACCES.
    nobody = Name(raw(receivers[0])[:4] + bytes([255] * 4) + bytes(8))
    names = [nobody, Name(raw(receivers[1]))]
    plan = [(0, 700), (1, 700)] * FEW
    fill(sender, names, plan)
    sender.flush()
    assert all(len(receivers[1].recv(2000)) == 700 for _ in range(FEW))
    assert sender.unsent == FEW
    sender.close()


def test_the_outbox_holds_a_frame_for_a_hundred_receivers() -> None:
    assert SLOTS >= 500
