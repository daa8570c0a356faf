"""ICE-lite, against aioice's STUN as an independent implementation."""

import contextlib

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from server.media import ice

PASSWORD = "a password of ours"


def binding_request(password: str = PASSWORD, *, nominate: bool = False) -> stun.Message:
    """A request as a browser makes it."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = "ours:theirs"
    request.attributes["PRIORITY"] = 1_853_824_767
    request.attributes["ICE-CONTROLLING"] = 7
    if nominate:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity(password.encode())
    return request


@pytest.mark.parametrize("nominate", [True, False])
def test_a_request_is_read(nominate: bool) -> None:
    request = ice.read(bytes(binding_request(nominate=nominate)))
    assert request.username == "ours:theirs"
    assert request.nominates is nominate
    assert ice.is_signed_with(request, PASSWORD)


def test_another_password_does_not_fit() -> None:
    request = ice.read(bytes(binding_request("another")))
    assert not ice.is_signed_with(request, PASSWORD)


def test_what_stands_behind_the_integrity_is_not_believed() -> None:
    whole = bytes(binding_request())
    late = whole[:-8] + b"\x00\x25\x00\x00"
    forged = late[:2] + (len(late) - 20 + 8).to_bytes(2, "big") + late[4:]
    forged += b"\x80\x28\x00\x04" + stun.message_fingerprint(forged).to_bytes(4, "big")
    assert not ice.read(forged).nominates


def test_a_request_without_fingerprint_is_none() -> None:
    request = binding_request()
    del request.attributes["FINGERPRINT"]
    with pytest.raises(ValueError, match="not complete"):
        ice.read(bytes(request))


def test_a_request_without_integrity_is_none() -> None:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = "ours:theirs"
    request.add_fingerprint()
    with pytest.raises(ValueError, match="not complete"):
        ice.read(bytes(request))


def test_any_flipped_bit_is_noticed() -> None:
    whole = bytes(binding_request())
    for place in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        try:
            request = ice.read(bytes(flipped))
        except ValueError:
            continue
        assert not ice.is_signed_with(request, PASSWORD)


def test_an_answer_to_no_request_is_none() -> None:
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
    response.add_message_integrity(PASSWORD.encode())
    with pytest.raises(ValueError, match="not a Binding Request"):
        ice.read(bytes(response))


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_the_answer_names_the_address(host: str) -> None:
    message = binding_request()
    datagram = ice.success(ice.read(bytes(message)), PASSWORD, host, 50_000)
    answer = stun.parse_message(datagram)
    assert answer.message_class == stun.Class.RESPONSE
    assert answer.transaction_id == message.transaction_id
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == (host, 50_000)
    assert answer.check_message_integrity(PASSWORD.encode())


@given(st.binary(max_size=600), st.binary(max_size=100))
def test_garbage_is_a_value_error_or_not_signed(garbage: bytes, more: bytes) -> None:
    for datagram in (garbage, bytes(binding_request("another")) + more):
        with contextlib.suppress(ValueError):
            assert not ice.is_signed_with(ice.read(datagram), PASSWORD)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = ice.Bucket(8.0, 3.0)
    assert [bucket.take(5.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(5.125)
    assert not bucket.take(5.125)


def test_one_address_cannot_use_up_the_others_turns() -> None:
    limits = ice.Limits()
    for _ in range(1000):
        limits.admit(b"noisy", 1.0)
    assert not limits.admit(b"noisy", 1.0)
    assert limits.admit(b"quiet", 1.0)


def test_addresses_are_remembered_up_to_a_bound() -> None:
    limits = ice.Limits()
    for number in range(3 * ice.Limits.ADDRESSES):
        limits.admit(number.to_bytes(4, "big"), number / 100)
    assert len(limits._by_address) == ice.Limits.ADDRESSES
