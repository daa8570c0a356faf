import asyncio
from dataclasses import replace

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, sdp
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from signaling.agreement import Agreement
from signaling.answer import answer
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.negotiation import SSRCS, agree_down, agree_up, offered
from tests.support.offers import NAMES, TRANSPORT, offer


def agreed(name: str) -> Agreement:
    """The agreement on a recorded offer, with the first codec of each section."""
    text = offer(name)
    if "_down" in name:
        return agree_down(text, range(1, SSRCS + 1), None)[0]
    chosen = {mid: (SourceId(f"p/{mid}"), codecs[0]) for mid, codecs in offered(text).items()}
    return agree_up(text, chosen)


@pytest.mark.parametrize("name", NAMES)
def test_another_parser_reads_every_answer(name: str) -> None:
    agreement = agreed(name)
    parsed = sdp.SessionDescription.parse(answer(agreement, TRANSPORT, 7))
    assert parsed.origin == "- 1 7 IN IP4 127.0.0.1"
    direction = "recvonly" if agreement.direction == "up" else "sendonly"
    for media, section in zip(parsed.media, agreement.sections, strict=True):
        assert media.rtp.muxId == section.mid
        assert media.direction == (direction if section.active else "inactive")
        assert media.port == (0 if section.stopped else 9)


def test_our_end_is_lite_passive_and_complete_from_the_start() -> None:
    lines = answer(agreed("chromium_up"), TRANSPORT, 1).splitlines()
    assert "a=ice-lite" in lines
    assert lines.count("a=setup:passive") == 2
    assert "a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host" in lines
    assert "a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host" in lines
    assert lines.count("a=end-of-candidates") == 2
    assert lines.count("a=rtcp-mux") == lines.count("a=rtcp-rsize") == 2


def test_a_stopped_section_is_refused_and_out_of_the_bundle() -> None:
    text = answer(agreed("firefox_up_screen_stopped"), TRANSPORT, 3)
    assert "a=group:BUNDLE 0 1\r\n" in text
    assert "m=video 0 UDP/TLS/RTP/SAVPF" in text


def test_down_declares_what_it_sends() -> None:
    lines = answer(agreed("chromium_down"), TRANSPORT, 1).splitlines()
    assert "a=msid:pair0 pair0video" in lines
    assert "a=msid:pair0 pair0audio" in lines
    assert "a=ssrc-group:FID 1 2" in lines
    assert "a=ssrc:1 cname:tongke" in lines
    assert len([line for line in lines if line.startswith("a=ssrc:")]) == 7 * 2 + 11


def test_up_declares_nothing_that_it_sends() -> None:
    text = answer(agreed("chromium_up"), TRANSPORT, 1)
    assert "a=ssrc" not in text
    assert "a=msid:" not in text


def test_layers_are_answered_each_and_together() -> None:
    text = answer(agreed("firefox_up_layers"), TRANSPORT, 1)
    lines = [line for line in text.splitlines() if "rid" in line or "simulcast" in line]
    assert lines == ["a=rid:l recv", "a=rid:m recv", "a=rid:h recv", "a=simulcast:recv l;m;h"]
    assert "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id" in text
    alone = answer(agreed("firefox_up"), TRANSPORT, 1)
    assert "a=rid" not in alone
    assert "a=simulcast" not in alone


async def test_a_real_peer_takes_the_answer_to_what_it_sends() -> None:
    peer = RTCPeerConnection()
    peer.addTransceiver(VideoStreamTrack(), direction="sendonly")
    peer.addTransceiver(AudioStreamTrack(), direction="sendonly")
    await peer.setLocalDescription(await peer.createOffer())
    chosen = {"0": (SourceId("p/camera"), Codec.H264), "1": (SourceId("p/sound"), Codec.OPUS)}
    agreement = agree_up(peer.localDescription.sdp, chosen)
    over = asyncio.Event()  # there is no address to try

    @peer.on("iceconnectionstatechange")
    def changed() -> None:
        if peer.iceConnectionState == "failed":
            over.set()

    text = answer(agreement, replace(TRANSPORT, candidates=()), 1)
    await peer.setRemoteDescription(RTCSessionDescription(text, "answer"))
    assert [one.currentDirection for one in peer.getTransceivers()] == ["sendonly"] * 2
    await over.wait()
    await peer.close()
