from bench.offer import offer, pool, transport
from bench.orders import AUDIO, VIDEO, VIDEO_RTX, camera, microphone, upward
from signaling.answer import answer
from signaling.events import Codec
from signaling.negotiation import SSRCS, agree_down, agree_up
from tests.support.offers import TRANSPORT


def test_the_bench_offers_what_it_drives_the_worker_with() -> None:
    chosen = {"0": (camera(3), Codec.H264), "1": (microphone(3), Codec.OPUS)}
    agreed = agree_up(offer(TRANSPORT.fingerprint, 3), chosen)
    driven = upward(3, TRANSPORT.fingerprint)
    for ours, theirs in zip(agreed.sections, driven.sections, strict=True):
        assert ours.extensions == theirs.extensions
        assert ours.ssrcs == theirs.ssrcs[:1]
        assert [p.number for p in ours.payloads] == [p.number for p in theirs.payloads]


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
