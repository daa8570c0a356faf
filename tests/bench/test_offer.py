from bench.agreed import upward
from bench.offer import answer as answered
from bench.offer import extensions, offer, pictures, pool, transport
from bench.orders import AUDIO, VIDEO, VIDEO_RTX
from signaling.answer import answer
from signaling.negotiation import SSRCS, agree_down
from signaling.rtp.extensions import TRANSPORT_CC
from tests.support.offers import TRANSPORT


def test_the_bench_agrees_on_both_of_its_sources() -> None:
    agreed = upward(3, TRANSPORT.fingerprint)
    assert [section.source for section in agreed.sections] == ["room3/camera", "room3/microphone"]


def test_an_answer_to_a_server_that_offers_keeps_its_numbers() -> None:
    offered = offer(TRANSPORT.fingerprint, 0).replace("sendonly", "recvonly")
    lines = answered(offered, TRANSPORT.fingerprint).splitlines()
    assert f"m=video 9 UDP/TLS/RTP/SAVPF {VIDEO} {VIDEO_RTX}" in lines
    assert f"a=rtpmap:{AUDIO} opus/48000/2" in lines
    assert lines.count("a=setup:active") == 2


def test_a_receiver_that_knows_no_transport_wide_feedback_leaves_it_out() -> None:
    offered = offer(TRANSPORT.fingerprint, 0).replace("sendonly", "recvonly")
    whole = answered(offered, TRANSPORT.fingerprint)
    less = answered(offered, TRANSPORT.fingerprint, {TRANSPORT_CC})
    assert {extension for extension in extensions(whole) if extension not in extensions(less)} == {
        TRANSPORT_CC
    }
    assert ("transport-cc" in whole, "transport-cc" in less) == (True, False)
    assert pictures(offered) == ["0"]


def test_a_receiver_offers_the_pool_with_the_numbers_by_which_it_knows_a_picture() -> None:
    agreed, slots = agree_down(pool(TRANSPORT.fingerprint), range(SSRCS), None)
    assert [slot.use for slot in slots[:2]] == ["camera", "camera_sound"]
    numbers = {
        (section.kind, one.number, one.rtx)
        for section in agreed.sections
        for one in section.payloads
    }
    assert numbers == {("video", VIDEO, VIDEO_RTX), ("audio", AUDIO, None)}


def test_an_answer_gives_its_transport_back() -> None:
    assert transport(answer(upward(0, TRANSPORT.fingerprint), TRANSPORT, 1)) == TRANSPORT
