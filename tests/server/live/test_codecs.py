import pytest

from server.live.codecs import choose, to_switch
from signaling.errors import UserError
from signaling.events import (
    Codec,
    DeviceJoined,
    DeviceLeft,
    Event,
    Kind,
    LeaveReason,
    PupilWaits,
    Role,
)
from signaling.ids import DeviceId, ParticipantId
from signaling.lesson import LiveLesson
from tests.support.lessons import ALL_CODECS, FAR, HOST, PLAN
from tests.support.states import source

SENDER = DeviceId(f"device of {HOST}")
WATCHER = DeviceId("watcher")
FIREFOX = (Codec.OPUS, Codec.VP8, Codec.VP9)
CAMERA = source(HOST, "camera", Kind.CAMERA)


def lesson(*decodes: tuple[Codec, ...]) -> LiveLesson:
    made = LiveLesson(PLAN)
    events: list[Event] = [*made.open("2026-11-23T08:00:00+00:00"), joined(SENDER, ALL_CODECS)]
    events += [joined(DeviceId(f"{WATCHER}{n}"), codecs) for n, codecs in enumerate(decodes)]
    for n, event in enumerate(events):
        made.apply(n, 0.0, event)
    return made


def joined(device: DeviceId, decodes: tuple[Codec, ...]) -> DeviceJoined:
    return DeviceJoined(
        participant=HOST if device == SENDER else FAR,
        device=device,
        role=Role.ROOM,
        secret_hash="",
        encodes=ALL_CODECS,
        decodes=decodes,
        loudspeaker=True,
    )


def test_everyone_who_could_see_it_does() -> None:
    assert choose(lesson(ALL_CODECS), Kind.CAMERA, SENDER, ALL_CODECS) is Codec.H264
    assert choose(lesson(ALL_CODECS, FIREFOX), Kind.CAMERA, SENDER, ALL_CODECS) is Codec.VP8


def test_whoever_only_listens_does_not_count() -> None:
    assert choose(lesson((Codec.OPUS,)), Kind.CAMERA, SENDER, ALL_CODECS) is Codec.H264


def test_what_cannot_be_sent_is_not_chosen() -> None:
    assert choose(lesson(ALL_CODECS), Kind.CAMERA, SENDER, (Codec.VP8,)) is Codec.VP8
    with pytest.raises(UserError):
        choose(lesson(ALL_CODECS), Kind.CAMERA, SENDER, (Codec.VP9,))


def test_a_newcomer_without_the_codec_switches_the_sender() -> None:
    assert to_switch(lesson(ALL_CODECS), [CAMERA]) == []
    assert to_switch(lesson(ALL_CODECS, FIREFOX), [CAMERA]) == [SENDER]


def test_nobody_switches_for_whoever_only_listens() -> None:
    assert to_switch(lesson((Codec.OPUS,)), [CAMERA]) == []


def test_a_sender_that_is_gone_is_not_asked() -> None:
    made = lesson(FIREFOX)
    gone = DeviceLeft(participant=HOST, device=SENDER, reason=LeaveReason.LEFT, heard_at=0.0)
    made.apply(9, 0.0, gone)
    assert to_switch(made, [CAMERA]) == []


def test_nobody_switches_for_whoever_waits_to_be_let_in() -> None:
    made = lesson(ALL_CODECS)
    knock = PupilWaits(
        participant=ParticipantId("stranger"),
        device=WATCHER,
        secret_hash="",
        encodes=(),
        decodes=FIREFOX,
    )
    made.apply(9, 0.0, knock)
    assert to_switch(made, [CAMERA]) == []
    assert choose(made, Kind.CAMERA, SENDER, ALL_CODECS) is Codec.H264
