"""Steps of a handshake and the sessions it leaves; more of them is in `test_dtls`."""

import secrets

import pytest
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM
from pylibsrtp import Error

from server.media.association import Association, HandshakeError, Identity, session
from signaling.rtp.header import FIXED
from tests.support.dtls import DtlsClient


def test_a_session_never_encrypts_one_sequence_number_twice() -> None:
    once = session(SRTP_AEAD_AES_128_GCM, secrets.token_bytes(28), inbound=False)
    once.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"one")
    with pytest.raises(Error, match="replay"):
        once.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"two")


def test_a_session_never_decrypts_one_packet_twice() -> None:
    key = secrets.token_bytes(28)
    far = session(SRTP_AEAD_AES_128_GCM, key, inbound=False)
    near = session(SRTP_AEAD_AES_128_GCM, key, inbound=True)
    datagram = far.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"one")
    near.unprotect(datagram)
    with pytest.raises(Error, match="replay"):
        near.unprotect(datagram)


@pytest.mark.parametrize("suite", [b"ECDHE-ECDSA-CHACHA20-POLY1305", b"ECDHE-ECDSA-AES256-SHA"])
def test_a_suite_that_nobody_needs_is_refused(suite: bytes) -> None:
    client, near = DtlsClient(suite), Association(Identity(), [])
    client.shake()
    with pytest.raises(HandshakeError, match="no shared cipher"):
        near.step(client.sent())
    assert near.close()  # it is told


def test_the_one_suite_is_taken_whatever_the_client_likes_better() -> None:
    client = DtlsClient(b"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256")
    client.shake_with(Association(Identity(), client.fingerprints))
    assert client.ssl.get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"


def test_what_came_together_with_the_end_of_the_handshake_is_taken_too() -> None:
    client = DtlsClient()
    near = Association(Identity(), client.fingerprints)
    client.shake()
    client.shake(near.step(client.sent()))
    flight = near.step(2 * client.sent())
    assert len(flight) == 2
    assert flight[0] == flight[1]


def test_an_association_is_closed_by_what_is_left_of_it() -> None:
    client = DtlsClient()
    near = Association(Identity(), client.fingerprints)
    assert client.shake(client.shake_with(near))
    assert client.takes(near.close())
