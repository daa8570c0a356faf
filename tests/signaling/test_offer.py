import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import Code, PeerError
from signaling.events import Codec
from signaling.negotiation import offered
from signaling.offer import LAYER_LIMIT, OFFER_LIMIT, read_offer
from tests.support.hostile import case, names
from tests.support.mutation import mutate
from tests.support.offers import NAMES, offer

H264 = Codec.H264


def refused(text: str) -> str:
    """Why an offer is refused; fails if it is not."""
    with pytest.raises(PeerError) as caught:
        offered(text)
    assert caught.value.code is Code.BAD_SDP
    return str(caught.value.data["why"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a=group:BUNDLE 0 1", "a=group:BUNDLE 0"),
        ("a=rtcp-mux", "a=x"),
        ("a=setup:actpass", "a=setup:passive"),
        ("a=mid:1", "a=mid:0"),
        ("a=mid:1", "a=mid:" + "1" * 17),
        ("a=fingerprint:sha-256", "a=fingerprint:md5"),
        ("a=ice-ufrag:3M6I", "a=ice-ufrag:3"),
        ("m=audio", "m=application"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("a=extmap:9 ", "a=extmap:nine "),
    ],
)
def test_an_offer_that_lacks_something_is_refused(old: str, new: str) -> None:
    text = offer("chromium_up")
    assert old in text
    assert refused(text.replace(old, new))


def test_a_stream_number_beyond_32_bits_is_refused() -> None:
    assert refused(case("sdp", "stream_number_too_large.txt").decode())


def test_two_transports_are_one_too_many() -> None:
    text = offer("chromium_up")
    last = text.rindex("a=ice-ufrag:3M6I")
    assert "transport" in refused(text[:last] + "a=ice-ufrag:other" + text[last + 16 :])


def test_an_offer_of_baseline_h264_or_another_packetization_has_no_h264() -> None:
    text = offer("chromium_up").replace("42e01f", "42001f")
    assert H264 not in offered(text)["0"]
    text = offer("aiortc_up").replace("packetization-mode=1", "packetization-mode=0")
    assert H264 not in offered(text)["0"]


def test_every_offer_is_bounded() -> None:
    section = "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1"
    assert "sections" in refused("v=0" + section * 65)
    assert "lines" in refused("v=0" + section + "\r\na=rtpmap:1 a/1" * 300)
    assert "long" in refused("v" * (OFFER_LIMIT + 1))


@pytest.mark.parametrize("text", ["", "v=0", "\0", "m=", "m=video 9 x 1", "a=group"])
def test_what_is_no_offer_is_refused(text: str) -> None:
    assert refused(text)


def test_an_offer_of_many_feedback_lines_takes_no_longer() -> None:
    text = offer("chromium_up")
    sensible = offered(text)
    assert offered(text + "a=rtcp-fb:* nack\r\n" * 5000) == sensible


@given(st.text(max_size=300))
def test_any_text_is_refused(text: str) -> None:
    assert refused("v=0\r\n" + text)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_a_mutated_offer_is_read_or_refused(name: str, dice: random.Random, times: int) -> None:
    lines = offer(name).splitlines()
    for _ in range(times):
        mutate(lines, dice)
    with suppress(PeerError):
        assert read_offer("\r\n".join(lines))


@pytest.mark.parametrize("name", names("sdp"))
def test_a_kept_case_is_read_or_refused(name: str) -> None:
    with suppress(PeerError):
        assert read_offer(case("sdp", name).decode())


def layers(lines: str) -> tuple[str, ...]:
    """What is read of a picture that is offered with these lines."""
    text = offer("chromium_up_layers")
    begin, end = text.index("a=rid:l"), text.index("m=audio")
    return read_offer(text[:begin] + lines.replace("|", "\r\n") + "\r\n" + text[end:])[0].layers


@pytest.mark.parametrize("name", ["chromium_up_layers", "firefox_up_layers"])
def test_browsers_offer_their_layers_in_order(name: str) -> None:
    picture, sound = read_offer(offer(name))
    assert (picture.layers, sound.layers) == (("l", "m", "h"), ())


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("a=rid:l send|a=rid:h send", ()),
        ("a=simulcast:send l;h", ()),
        ("a=rid:l send|a=rid:h send|a=simulcast:send l;h", ("l", "h")),
        ("a=rid:l send|a=rid:h send|a=simulcast:send h;l", ("h", "l")),
        ("a=rid:l send|a=rid:h send|a=simulcast:recv x send l;h", ("l", "h")),
        ("a=rid:l send|a=rid:h send|a=simulcast:send l;h recv x;y", ("l", "h")),
        ("a=rid:l send pt=96|a=rid:h recv|a=simulcast:send l;h", ("l",)),
        ("a=rid:l send|a=rid:h send|a=simulcast:send ~l;h,l", ("l", "h")),
        ("a=rid:l send|a=rid:h send|a=simulcast:send l;l;h;;", ("l", "h")),
        ("a=rid:l send|a=rid:h send|a=simulcast:send l;h|a=simulcast:send h", ("l", "h")),
        ("a=rid:l send|a=simulcast:send " + "l" * 17 + ";l", ("l",)),
        ("a=rid:\u0661 send|a=rid:a-b send|a=simulcast:send \u0661;a-b", ()),
        ("a=rid:l sendonly|a=simulcast: send rid=l", ()),
    ],
)
def test_layers_are_those_both_declared_and_named(lines: str, found: tuple[str, ...]) -> None:
    assert layers(lines) == found


def test_no_more_layers_are_read_than_are_taken() -> None:
    rids = [f"r{number}" for number in range(60)]
    lines = "|".join(f"a=rid:{rid} send" for rid in rids)
    assert layers(f"{lines}|a=simulcast:send {';'.join(rids)}") == tuple(rids[:LAYER_LIMIT])


@given(st.lists(st.text("lmh~;,: \0sendrcv", max_size=24), max_size=12))
def test_whatever_stands_for_layers_is_bounded(lines: list[str]) -> None:
    made = "|".join(prefix + line for line in lines for prefix in ("a=rid:", "a=simulcast:"))
    found = layers(f"a=rid:l send|a=rid:m send|{made}")
    assert len(set(found)) == len(found) <= LAYER_LIMIT
    assert all(0 < len(rid) <= 16 and rid.isalnum() for rid in found)
