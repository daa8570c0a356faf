from dataclasses import replace

import pytest
from aiortc import RTCDtlsFingerprint, RTCIceCandidate, RTCIceParameters
from aiortc.sdp import SessionDescription

from client.room.offers import FORMATS, Local, Section, offer, read_answer
from client.room.outgoing import LEVEL, MID, SENT
from signaling.agreement import Candidate, Fingerprint, Transport
from signaling.answer import answer
from signaling.errors import Code, PeerError
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.negotiation import agree_down, agree_up, offered
from signaling.offer import read_offer
from signaling.rtp.extensions import REPAIRED_RID, RID, TRANSPORT_CC

LOCAL = Local(
    ice=RTCIceParameters(usernameFragment="abcd", password="p" * 22),
    candidates=(
        RTCIceCandidate(
            component=1,
            foundation="1",
            ip="127.0.0.1",
            port=5000,
            priority=1,
            protocol="udp",
            type="host",
        ),
    ),
    fingerprints=(RTCDtlsFingerprint(algorithm="sha-256", value=":".join(["AB"] * 32)),),
)
SERVER = Transport(
    ufrag="serv",
    password="q" * 22,
    fingerprint=Fingerprint(algorithm="sha-256", value=":".join(["CD"] * 32)),
    candidates=(Candidate(address="192.0.2.1", port=40000),),
)
CAMERA = Section(mid="0", sound=False, direction="sendonly", ssrc=11, rtx_ssrc=12, stream="room")
SOUND = Section(mid="1", sound=True, direction="sendonly", ssrc=13, rtx_ssrc=14, stream="room")


def test_an_offer_names_every_codec_the_room_can_send() -> None:
    found = offered(offer(LOCAL, [CAMERA, SOUND], "cname", 1))
    assert found == {"0": (Codec.H264, Codec.VP8, Codec.VP9), "1": (Codec.OPUS,)}


def test_an_offer_is_read_by_others_as_it_was_meant() -> None:
    camera, sound = SessionDescription.parse(offer(LOCAL, [CAMERA, SOUND], "cname", 1)).media
    assert [each.ssrc for each in camera.ssrc] == [11, 12]
    assert camera.ssrc_group[0].items == [11, 12]
    assert [each.ssrc for each in sound.ssrc] == [13]
    assert (camera.direction, sound.direction) == ("sendonly", "sendonly")
    assert camera.ice is not None
    assert camera.ice.usernameFragment == "abcd"
    assert camera.ice_candidates[0].port == 5000
    assert camera.dtls is not None
    assert camera.dtls.role == "auto"


def test_the_server_agrees_to_what_is_sent() -> None:
    sdp = offer(LOCAL, [CAMERA, SOUND], "cname", 1)
    chosen = {
        "0": (SourceId("room/camera"), Codec.VP9),
        "1": (SourceId("room/microphone"), Codec.OPUS),
    }
    remote = read_answer(answer(agree_up(sdp, chosen), SERVER, 1))
    camera, sound = remote.sections
    assert list(camera.lines) == [Codec.VP9]
    line = camera.lines[Codec.VP9]
    assert (line.payload, line.rtx) == (FORMATS[Codec.VP9].number, FORMATS[Codec.VP9].number + 1)
    assert line.extensions == {MID: 1, SENT: 3, TRANSPORT_CC: 6}
    assert sound.lines[Codec.OPUS].extensions.get(LEVEL) == 2
    assert sound.lines[Codec.OPUS].clock_rate == 48_000
    assert remote.ice.iceLite
    assert remote.candidates[0].ip == "192.0.2.1"
    assert remote.dtls.role == "server"


def test_a_source_that_ended_leaves_its_section_inactive() -> None:
    ended = Section(mid="0", sound=False, direction="inactive", ssrc=11, rtx_ssrc=12)
    chosen = {"1": (SourceId("room/microphone"), Codec.OPUS)}
    sdp = offer(LOCAL, [ended, SOUND], "cname", 2)
    camera, sound = read_answer(answer(agree_up(sdp, chosen), SERVER, 2)).sections
    assert (camera.active, sound.active) == (False, True)


def test_a_pool_of_slots_is_answered_with_their_streams() -> None:
    pool = [False, True] * 6 + [True] * 4 + [False, True]
    sections = [
        Section(mid=str(number), sound=sound, direction="recvonly")
        for number, sound in enumerate(pool)
    ]
    agreement, slots = agree_down(offer(LOCAL, sections, "-", 1), list(range(1000, 1100)), None)
    remote = read_answer(answer(agreement, SERVER, 1))
    assert [section.mid for section in remote.sections] == [slot.mid for slot in slots]
    for section, sound in zip(remote.sections, pool, strict=True):
        assert len(section.ssrcs) == (1 if sound else 2)
        wanted = {Codec.OPUS} if sound else {Codec.H264, Codec.VP8, Codec.VP9}
        assert set(section.lines) == wanted


@pytest.mark.parametrize("text", ["", "hello", "v=0\r\n", "v=0\r\nm=video x\r\n"])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(PeerError) as refusal:
        read_answer(text)
    assert refusal.value.code is Code.BAD_SDP


def test_an_answer_without_a_fingerprint_is_refused() -> None:
    sdp = offer(LOCAL, [CAMERA], "cname", 1)
    bare = "\r\n".join(line for line in sdp.split("\r\n") if "fingerprint" not in line)
    with pytest.raises(PeerError):
        read_answer(bare)


LAYERS = ("l", "m", "h")
LAYERED = replace(CAMERA, layers=LAYERS)


def test_layers_are_offered_and_taken_in_the_codecs_that_the_server_takes_them_in() -> None:
    sdp = offer(LOCAL, [LAYERED, SOUND], "cname", 1)
    [camera, sound] = read_offer(sdp)
    assert camera.layers == LAYERS
    assert camera.ssrcs == (11, 12), "lower layers are told by their names alone"
    assert sound.layers == ()
    for codec, taken in ((Codec.H264, LAYERS), (Codec.VP8, LAYERS), (Codec.VP9, ())):
        agreed = agree_up(sdp, {"0": (SourceId("room/camera"), codec)})
        [section, _] = read_answer(answer(agreed, SERVER, 1)).sections
        assert section.layers == taken
    extended = answer(agree_up(sdp, {"0": (SourceId("room/camera"), Codec.H264)}), SERVER, 1)
    line = read_answer(extended).sections[0].lines[Codec.H264]
    assert line.extensions == {MID: 1, SENT: 3, RID: 4, REPAIRED_RID: 5, TRANSPORT_CC: 6}


def test_a_picture_in_one_piece_says_nothing_of_layers() -> None:
    sdp = offer(LOCAL, [CAMERA, SOUND], "cname", 1)
    assert "rid" not in sdp
    assert "simulcast" not in sdp


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("recv l;m;h", LAYERS),
        ("recv l,x;~h", ("l", "h")),
        ("send a recv l;h", ("l", "h")),
        ("send l;m;h", ()),
        ("recv", ()),
    ],
)
def test_what_an_answer_takes_is_read(said: str, taken: tuple[str, ...]) -> None:
    chosen = {"0": (SourceId("room/camera"), Codec.H264)}
    agreed = agree_up(offer(LOCAL, [LAYERED], "cname", 1), chosen)
    sdp = answer(agreed, SERVER, 1).replace("recv l;m;h", said)
    assert read_answer(sdp).sections[0].layers == taken


def test_layers_that_could_not_be_told_apart_are_not_taken() -> None:
    chosen = {"0": (SourceId("room/camera"), Codec.H264)}
    agreed = agree_up(offer(LOCAL, [LAYERED], "cname", 1), chosen)
    lines = answer(agreed, SERVER, 1).split("\r\n")
    nameless = "\r\n".join(line for line in lines if RID not in line)
    assert read_answer(nameless).sections[0].layers == ()


def test_an_up_peer_alone_offers_feedback_about_the_whole_transport() -> None:
    down = Section(mid="0", sound=False, direction="recvonly")
    up, other = (offer(LOCAL, [section], "cname", 1) for section in (CAMERA, down))
    assert (TRANSPORT_CC in up, "transport-cc" in up) == (True, True)
    assert (TRANSPORT_CC in other, "transport-cc" in other) == (False, False)


def test_packets_are_numbered_only_where_somebody_tells_of_them() -> None:
    chosen = {"1": (SourceId("room/microphone"), Codec.OPUS)}
    text = answer(agree_up(offer(LOCAL, [SOUND], "cname", 1), chosen), SERVER, 1)
    lines = [
        read_answer(each).sections[0].lines[Codec.OPUS]
        for each in (text, text.replace("a=rtcp-fb:111 transport-cc\r\n", ""))
    ]
    assert [TRANSPORT_CC in line.extensions for line in lines] == [True, False]
