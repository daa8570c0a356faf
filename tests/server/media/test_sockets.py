"""Batches of datagrams over real sockets."""

import socket
from collections.abc import Iterator

import pytest

from server.media.sockets import BATCH, OUT_STRIDE, Name, UdpSocket, host_and_port
from tests.support.plane import raw_address


@pytest.fixture(params=["127.0.0.1", "::1"])
def near(request: pytest.FixtureRequest) -> Iterator[UdpSocket]:
    """A socket under test, of each family."""
    made = UdpSocket(request.param, 0)
    yield made
    made.close()


@pytest.fixture
def far(near: UdpSocket) -> Iterator[socket.socket]:
    """Somebody who speaks to it."""
    with socket.socket(near.socket.family, socket.SOCK_DGRAM) as made:
        made.bind((near.address, 0))
        made.setblocking(False)
        yield made


MANY = 200
"""As many small datagrams as a receiver's default buffer holds."""


def queue(near: UdpSocket, name: Name, data: bytes) -> None:
    """Put one datagram into the outbox, as the pump does."""
    at = near.queued * OUT_STRIDE
    near.outbox.data[at : at + len(data)] = data
    near.outbox.vector_words[2 * near.queued + 1] = len(data)
    near.outbox.header_words[8 * near.queued] = name.address
    near.queued += 1


def test_datagrams_come_with_their_senders(near: UdpSocket, far: socket.socket) -> None:
    far.sendto(b"one", (near.address, near.port))
    far.sendto(b"three", (near.address, near.port))
    assert near.receive() == 2
    assert [near.inbox.lengths[16 * place + 14] for place in range(2)] == [3, 5]
    assert bytes(near.inbox.data[:3]) == b"one"
    assert host_and_port(near.name(1)) == far.getsockname()[:2]


def test_no_more_than_a_batch_is_read_at_once(near: UdpSocket, far: socket.socket) -> None:
    for _ in range(BATCH + 3):
        far.sendto(b"x", (near.address, near.port))
    assert near.receive() == BATCH
    assert near.receive() == 3
    assert near.receive() == 0


def test_what_waits_is_sent_together(near: UdpSocket, far: socket.socket) -> None:
    far.sendto(b"hello", (near.address, near.port))
    near.receive()
    name = Name(near.name(0))
    for number in range(MANY):
        queue(near, name, b"%d" % number)
    near.flush()
    assert [far.recv(100) for _ in range(MANY)] == [b"%d" % each for each in range(MANY)]
    assert near.queued == near.unsent == 0


def test_one_address_that_cannot_be_reached_holds_up_no_other() -> None:
    near = UdpSocket("127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        far.settimeout(1)
        nowhere, somewhere = (
            Name(raw_address("192.0.2.1", 0)),
            Name(raw_address(*far.getsockname())),
        )
        queue(near, nowhere, b"lost")
        queue(near, somewhere, b"found")
        near.flush()
        assert far.recv(100) == b"found"
    assert near.unsent == 1
    near.close()


def test_one_datagram_is_sent_alone(near: UdpSocket, far: socket.socket) -> None:
    far.sendto(b"hello", (near.address, near.port))
    near.receive()
    near.send(b"answer", near.name(0))
    assert far.recv(100) == b"answer"
