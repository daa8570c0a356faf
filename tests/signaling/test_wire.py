"""JSON to messages and back: whatever comes, a message or a coded error, and fast."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling import wire
from signaling.errors import Code, PeerError
from signaling.events import ChatSent
from signaling.ids import ParticipantId, PeerId
from signaling.messages import Offer, Ping, SetLock, SourceOffer, Told
from tests.support.lessons import CAMERA, hello


def code_of(text: str | bytes) -> Code:
    """Why a text is refused."""
    with pytest.raises(PeerError) as caught:
        wire.from_device(text)
    return caught.value.code


def test_what_is_written_is_read() -> None:
    for message in (hello("小明"), Ping(sent=1.5), SetLock(id=7, on=True)):
        assert wire.from_device(wire.write(message)) == message
    told = Told(n=3, t=1.5, event=ChatSent(participant=ParticipantId("p"), text="好"))
    assert wire.to_device(wire.write(told)) == told


REFUSED: list[tuple[str | bytes, Code]] = [
    ("", Code.MALFORMED),
    ("{", Code.MALFORMED),
    ("[]", Code.MALFORMED),
    ("{}", Code.MALFORMED),
    (b"\xff\xfe", Code.MALFORMED),
    ("\ud800", Code.MALFORMED),
    ('{"type":"send_chat","id":1,"text":"\\ud800"}', Code.MALFORMED),
    ('{"type":7}', Code.UNKNOWN_TYPE),
    ('{"type":"moon"}', Code.UNKNOWN_TYPE),
    ('{"type":"ping"}', Code.MALFORMED),
    ('{"type":"ping","sent":"1"}', Code.MALFORMED),
    ('{"type":"ping","sent":NaN}', Code.MALFORMED),
    ('{"type":"ping","sent":1e999}', Code.MALFORMED),
    ('{"type":"ping","sent":1,"extra":1}', Code.MALFORMED),
    ('{"type":"set_lock","id":-1,"on":true}', Code.MALFORMED),
    ('{"type":"set_lock","id":2147483648,"on":true}', Code.MALFORMED),
    ('{"type":"set_lock","id":1,"on":1}', Code.MALFORMED),
    ('{"type":"send_chat","id":1,"text":""}', Code.MALFORMED),
    ('{"type":"welcome"}', Code.UNKNOWN_TYPE),
    ("[" * 5000, Code.MALFORMED),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=lambda one: repr(one)[:40])
def test_what_is_no_message_has_its_code(text: str | bytes, code: Code) -> None:
    assert code_of(text) is code


def test_what_is_too_large_is_not_read() -> None:
    assert code_of(" " * (wire.SIZE_LIMIT + 1)) is Code.TOO_LARGE
    assert code_of(b" " * (wire.SIZE_LIMIT + 1)) is Code.TOO_LARGE


def test_the_largest_honest_offer_is_read() -> None:
    sources = tuple(
        SourceOffer(mid=f"{place}", name=f"camera{place}", kind=CAMERA.kind) for place in range(16)
    )
    offer = Offer(id=1, peer=PeerId("p"), direction="up", sdp="v" * 65_536, sources=sources)
    assert wire.from_device(wire.write(offer)) == offer


HOSTILE = {
    "many keys": "{" + ",".join(f'"k{i}":1' for i in range(20_000)) + ',"type":"set_lock"}',
    "many wrong items": '{"type":"view","id":1,"shown":[' + ",".join(["1"] * 100_000) + "]}",
    "many lists": '{"type":"view","id":1,"shown":[' + ",".join(["[1]"] * 60_000) + "]}",
    "a long number": '{"type":"set_lock","on":true,"id":' + "9" * 200_000 + "}",
    "deep": '{"type":"set_lock","id":' + "[" * 100_000 + "]" * 100_000 + "}",
    "a long type": '{"type":"' + "x" * 200_000 + '"}',
    "escapes": '{"type":"send_chat","id":1,"text":"' + "\\u4e2d" * 40_000 + '"}',
}


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_be_slow_is_refused_at_once(name: str) -> None:
    def seconds() -> float:
        begin = time.process_time()
        code_of(HOSTILE[name])
        return time.process_time() - begin

    assert min(seconds() for _ in range(3)) < 0.05


@given(st.text() | st.binary())
def test_any_text_is_a_message_or_a_coded_error(text: str | bytes) -> None:
    with suppress(PeerError):
        wire.from_device(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
TYPES = st.sampled_from(["hello", "ping", "offer", "view", "call", "send_chat", "report", "x"])
KEYS = st.sampled_from(["id", "sent", "text", "sources", "shown", "resume", "on", "participant"])


@settings(max_examples=60)
@given(TYPES, st.dictionaries(KEYS, VALUES))
def test_any_json_is_a_message_or_a_coded_error(kind: str, fields: dict[str, object]) -> None:
    text = json.dumps({"type": kind, **fields})
    for read in (wire.from_device, wire.to_device):
        with suppress(PeerError):
            read(text)
