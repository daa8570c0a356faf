"""Sessions that a handshake leaves; handshakes themselves are in `test_dtls`."""

import secrets

import pytest
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM
from pylibsrtp import Error

from server.media.association import session
from signaling.rtp.header import FIXED


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
