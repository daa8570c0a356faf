"""What is left of an association, with OpenSSL's own client at the far end."""

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from server.media.association import Association, Identity
from server.media.finished import Finished, Secrets
from tests.support.dtls import DtlsClient
from tests.support.hostile import cases


class Pair:
    """A client and our end of its association, after the handshake."""

    def __init__(self) -> None:
        self.client = DtlsClient()
        near = Association(Identity(), self.client.fingerprints)
        self.last = self.client.shake_with(near)
        """Our last flight."""
        assert self.client.shake(self.last)
        assert near.finished is not None
        self.ours = near.finished


@pytest.fixture
def pair() -> Pair:
    """A fresh pair."""
    return Pair()


def test_a_clients_goodbye_ends_it(pair: Pair) -> None:
    assert list(pair.ours.step(pair.client.goodbye())) == []
    assert not pair.ours.is_open


def test_our_goodbye_ends_the_client_and_is_said_once(pair: Pair) -> None:
    assert pair.client.takes(pair.ours.close())
    assert not pair.ours.is_open
    assert list(pair.ours.close()) == []


def test_to_one_that_has_ended_it_no_goodbye_is_said(pair: Pair) -> None:
    pair.ours.step(pair.client.goodbye())
    assert list(pair.ours.close()) == []


def test_a_goodbye_that_was_changed_anywhere_is_not_believed(pair: Pair) -> None:
    goodbye = pair.client.goodbye()
    for at in range(len(goodbye)):
        changed = bytearray(goodbye)
        changed[at] ^= 1
        pair.ours.step(bytes(changed))
        pair.ours.step(goodbye[:at])
    assert pair.ours.is_open


def test_another_clients_goodbye_is_not_believed(pair: Pair) -> None:
    pair.ours.step(Pair().client.goodbye())
    assert pair.ours.is_open


def test_data_is_passed_over_and_what_follows_it_is_read(pair: Pair) -> None:
    pair.client.ssl.send(b"\2\0")  # an alert's octets, but none
    data = pair.client.sent()[0]
    assert list(pair.ours.step(data)) == []
    assert pair.ours.is_open
    pair.ours.step(data + pair.client.goodbye())
    assert not pair.ours.is_open


def test_a_last_flight_that_came_twice_does_no_harm(pair: Pair) -> None:
    assert not pair.client.takes(pair.last)
    assert pair.client.takes(pair.ours.close())


SECRETS = Secrets(b"m" * 48, b"c" * 32, b"s" * 32)
FAR = b"flight"


def record(kind: int, plain: bytes, epoch: bytes = b"\0\1") -> bytes:
    """One as a client with these secrets encrypts it."""
    link, block, seed = b"", b"", b"key expansion" + b"s" * 32 + b"c" * 32
    for _ in range(2):
        link = hmac.digest(SECRETS.master, link or seed, "sha256")
        block += hmac.digest(SECRETS.master, link + seed, "sha256")
    number, explicit = epoch + bytes(5) + b"\7", b"explicit"
    covered = number + bytes([kind]) + b"\xfe\xfd" + len(plain).to_bytes(2, "big")
    body = explicit + AESGCM(block[:16]).encrypt(block[32:36] + explicit, plain, covered)
    return bytes([kind]) + b"\xfe\xfd" + number + len(body).to_bytes(2, "big") + body


def finished() -> Finished:
    """One with these secrets."""
    return Finished(SECRETS, [FAR], [b"goodbye"])


@pytest.mark.parametrize(
    ("alert", "ends"),
    [(b"\1\0", True), (b"\2\0", True), (b"\2\x28", True), (b"\1\x64", False), (b"", False)],
)
def test_a_goodbye_and_a_fatal_alert_end_it_and_a_warning_does_not(
    alert: bytes, *, ends: bool
) -> None:
    end = finished()
    end.step(record(21, alert))
    assert end.is_open is not ends


def test_a_client_that_shows_its_last_flight_again_gets_ours_once() -> None:
    end, again = finished(), record(22, b"Finished")
    plain = b"\x16\xfe\xfd" + bytes(8) + b"\0\x20" + bytes(32)
    assert list(end.step(plain + again + again)) == [FAR]
    assert list(end.step(plain)) == []


def test_keys_hold_for_their_epoch_alone() -> None:
    end = finished()
    assert list(end.step(record(22, b"Finished", b"\0\2"))) == []
    assert list(end.step(record(22, b"Finished", b"\0\0"))) == []


FORGED = st.builds(
    lambda kind, octets, body: bytes([kind]) + b"\xfe\xfd\0\1" + bytes(7) + octets + body,
    st.sampled_from([21, 22]),
    st.integers(0, 60).map(lambda octets: bytes([octets])),
    st.binary(max_size=60),
)


@given(st.binary() | st.lists(FORGED).map(b"".join) | st.sampled_from(cases("dtls")))
def test_what_nobody_authenticated_moves_nothing(datagram: bytes) -> None:
    end = finished()
    assert list(end.step(datagram)) == []
    assert end.is_open
