from collections.abc import Iterator

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRtpfbPacket, RtcpSrPacket

from client.room.feeds import Shot
from client.room.handover import Encoded
from client.room.lane import Lane
from client.room.layers import LAYERS, WHOLE
from client.room.offers import Answered, Section
from client.room.outgoing import MID, Line
from client.room.sources import PictureSource
from client.room.strain import REST_S, SHORT_S
from signaling.events import Codec, Kind
from signaling.rtp.extensions import REPAIRED_RID, RID
from signaling.rtp.header import read

SSRC, RTX = 11, 12
EVERY = tuple(LAYERS)
FULL = {"l": 150_000, "m": 350_000, "h": 1_500_000}


def nothing(origin: float) -> Iterator[Shot]:
    yield from ()


def lane(kind: Kind = Kind.CAMERA) -> Lane:
    section = Section(mid="0", sound=False, direction="sendonly", ssrc=SSRC, rtx_ssrc=RTX)
    source = PictureSource("camera", kind, nothing, 1_500_000)
    return Lane(source=source, section=section, cname="room", epoch=0.0)


def answered(layers: tuple[str, ...] = (), codec: Codec = Codec.H264) -> Answered:
    line = Line(
        mid="0",
        payload=102,
        rtx=103,
        clock_rate=90_000,
        extensions={MID: 1, RID: 4, REPAIRED_RID: 5},
    )
    return Answered(mid="0", active=True, lines={codec: line}, ssrcs=(), layers=layers)


def layered() -> Lane:
    made = lane()
    made.offer(sends=True, layered=True)
    made.agree(answered(EVERY))
    return made


def frame(layer: str, codec: Codec = Codec.H264) -> Encoded:
    return Encoded(codec=codec, payloads=[b"x"], key=True, ticks=0, captured=0.0, layer=layer)


def ssrcs(made: Lane) -> dict[str, int]:
    return {layer: stream.ssrc for layer, stream in made.streams.items()}


@pytest.mark.parametrize("kind", [Kind.CAMERA, Kind.SCREEN])
@pytest.mark.parametrize("asked", [True, False])
async def test_a_camera_alone_is_offered_in_layers_if_the_server_asks(
    kind: Kind, asked: bool
) -> None:
    made = lane(kind)
    made.offer(sends=True, layered=asked)
    assert made.section.layers == (EVERY if asked and kind is Kind.CAMERA else ())


async def test_each_layer_has_a_stream_of_its_own_and_everything_is_sent_at_first() -> None:
    made = layered()
    numbers = ssrcs(made)
    assert list(numbers) == list(EVERY)
    assert len({*numbers.values(), *(one.rtx_ssrc for one in made.streams.values())}) == 6
    assert numbers["h"] == SSRC
    assert made.source.setting.layers == FULL
    sent = {layer: read(made.packets(frame(layer), 0.0)[0]).ssrc for layer in EVERY}
    assert sent == numbers


async def test_frames_of_what_is_not_agreed_are_dropped() -> None:
    made = layered()
    assert made.packets(frame(WHOLE), 0.0) == []
    assert made.packets(frame("l", Codec.VP8), 0.0) == []


async def test_a_picture_whose_layers_are_not_taken_is_one_stream() -> None:
    made = lane()
    made.offer(sends=True, layered=True)
    made.agree(answered())
    assert ssrcs(made) == {WHOLE: SSRC}
    assert made.source.setting.layers is None
    assert len(made.packets(frame(WHOLE), 0.0)) == 1


async def test_layers_that_were_not_offered_are_not_sent() -> None:
    made = lane()
    made.offer(sends=True, layered=False)
    made.agree(answered(EVERY))
    assert ssrcs(made) == {WHOLE: SSRC}


async def test_what_becomes_layers_goes_on_in_its_highest() -> None:
    made = lane()
    made.offer(sends=True, layered=False)
    made.agree(answered())
    [before] = made.packets(frame(WHOLE), 0.0)
    made.offer(sends=True, layered=True)
    made.agree(answered(EVERY))
    [after] = made.packets(frame("h"), 0.0)
    assert read(after).ssrc == read(before).ssrc
    assert read(after).sequence == (read(before).sequence + 1) & 0xFFFF


async def test_what_nobody_watches_is_not_sent_nor_reported() -> None:
    made = layered()
    for layer in EVERY:
        made.packets(frame(layer), 0.0)
    made.watch(["l", "h"])
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "h": 1_500_000}
    assert made.demand == 1_650_000
    reports = [RtcpPacket.parse(report)[0] for report in made.reports(1.0)]
    assert {each.ssrc for each in reports if isinstance(each, RtcpSrPacket)} == {
        ssrcs(made)[layer] for layer in ("l", "h")
    }
    made.watch([])
    made.settle()
    assert made.source.setting.layers == {}
    assert made.demand == 0


async def test_what_is_granted_is_split_from_the_lowest_layer_up() -> None:
    made = layered()
    made.grant(600_000)
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "m": 350_000}
    made.watch(["l", "h"])
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "m": 350_000}, "for the highest"
    made.grant(1_650_000)
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "h": 1_500_000}


async def test_a_picture_in_one_piece_gets_what_is_granted() -> None:
    made = lane()
    made.offer(sends=True, layered=False)
    made.agree(answered())
    made.grant(400_000)
    assert made.source.setting.bitrate == 400_000


async def test_a_key_frame_is_asked_for_by_the_stream_of_the_layer() -> None:
    made = layered()
    made.source._keys.clear()
    made.feedback(RtcpPsfbPacket(fmt=1, ssrc=9, media_ssrc=ssrcs(made)["m"]))
    assert made.source._keys == {"m"}


async def test_a_lost_packet_of_a_layer_is_sent_again_by_that_layer() -> None:
    made = layered()
    for layer in EVERY:
        made.packets(frame(layer), 0.0)
    [lost] = made.packets(frame("m"), 0.0)
    sequence = read(lost).sequence
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=ssrcs(made)["m"], lost=[sequence])
    [again] = made.feedback(asked)
    assert read(again).ssrc == made.streams["m"].rtx_ssrc


async def test_an_estimate_that_names_a_layer_names_its_picture() -> None:
    made = layered()
    assert made.is_named([ssrcs(made)["l"]])
    assert not made.is_named([SSRC + 1])


async def test_a_source_that_ended_has_no_streams() -> None:
    made = layered()
    made.offer(sends=False, layered=True)
    made.agree(answered(EVERY))
    assert not made.streams
    assert made.packets(frame("l"), 0.0) == []


async def test_a_camera_is_offered_anew_when_its_size_is_known_and_another() -> None:
    made = layered()
    assert not made.is_outdated, "720 rows are taken for granted"
    assert isinstance(made.source, PictureSource)
    made.source._rows = 360
    assert made.is_outdated
    made.offer(sends=True, layered=True)
    assert not made.is_outdated


async def test_a_computer_that_is_short_leaves_the_highest_layer_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, told = layered(), 0
    monkeypatch.setattr(PictureSource, "short", property(lambda source: True))
    for second in range(round(SHORT_S) + 1):
        told += made.spare(float(second))
        made.settle()
    assert (told, made.left_out) == (1, ("h",))
    assert made.source.setting.layers == {"l": 150_000, "m": 350_000}
    assert made.demand == 500_000
    made.watch(["l", "h"])
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "m": 350_000}, "for the highest"
    monkeypatch.setattr(PictureSource, "short", property(lambda source: False))
    assert made.spare(SHORT_S + REST_S + 1) == -1
    made.settle()
    assert made.source.setting.layers == {"l": 150_000, "h": 1_500_000}


async def test_what_is_not_sent_in_layers_has_none_to_leave_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = lane()
    made.offer(sends=True, layered=False)
    made.agree(answered())
    monkeypatch.setattr(PictureSource, "short", property(lambda source: True))
    assert [made.spare(float(second)) for second in range(20)] == [0] * 20


async def test_probes_are_filled_by_a_layer_that_has_been_sent() -> None:
    made = layered()
    assert made.padding(10) == []
    made.packets(frame("m"), 0.0)
    [again] = made.padding(10)
    assert read(again).ssrc == made.streams["m"].rtx_ssrc
