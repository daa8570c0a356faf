"""What a device sends, and what it may not."""

import pytest

from signaling.errors import Code, TongkeError
from signaling.events import (
    Codec,
    EndReason,
    Kind,
    Role,
    SourceCodecChanged,
    SourceEnabled,
    SourceEnded,
    SourcePublished,
    Switch,
)
from signaling.ids import DeviceId, source_id
from signaling.messages import SetAudioMaster, SetBan, SetSwitch, SourceOffer
from tests.support.lessons import CAMERA, FAR, HOST, MICROPHONE, SCREEN, Classroom, source

FAR_CAMERA = source_id(FAR, "camera")


def refusal(room: Classroom, device: DeviceId, *sources: SourceOffer) -> Code:
    """Why an offer is refused."""
    with pytest.raises(TongkeError) as caught:
        room.publish(device, *sources)
    return caught.value.code


def test_a_new_source_is_published_in_its_codec() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    published = SourcePublished(source=FAR_CAMERA, kind=Kind.CAMERA, device=device, codec=Codec.VP8)
    assert room.publish(device, CAMERA, codecs={"camera": Codec.VP8}) == [published]


def test_the_same_offer_again_causes_nothing() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.publish(device, CAMERA, MICROPHONE)
    assert room.publish(device, CAMERA, MICROPHONE) == []


def test_a_source_begins_and_comes_back_as_it_is_at_the_device() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    off = source("camera", Kind.CAMERA, enabled=False)
    turned_off = SourceEnabled(source=FAR_CAMERA, on=False)
    assert room.publish(device, off)[1:] == [turned_off]
    assert room.publish(device, off) == []
    assert room.publish(device, CAMERA) == [SourceEnabled(source=FAR_CAMERA, on=True)]
    assert room.publish(device, off) == [turned_off]


def test_what_is_not_offered_any_more_has_ended() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.publish(device, CAMERA, MICROPHONE)
    assert room.publish(device, MICROPHONE) == [SourceEnded(source=FAR_CAMERA)]


def test_a_switch_of_codec_is_told() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.publish(device, CAMERA)
    changed = SourceCodecChanged(source=FAR_CAMERA, codec=Codec.VP8)
    assert room.publish(device, CAMERA, codecs={"camera": Codec.VP8}) == [changed]


def test_the_newer_of_two_devices_has_the_source_and_keeps_its_place_and_consent() -> None:
    room = Classroom()
    one, two = room.join(Role.ROOM, FAR), room.join(Role.ROOM, FAR)
    room.publish(one, CAMERA, MICROPHONE)
    taken = SourcePublished(source=FAR_CAMERA, kind=Kind.CAMERA, device=two, codec=Codec.H264)
    assert room.publish(two, CAMERA) == [taken]
    assert room.lesson.state.sources[0].source == FAR_CAMERA
    assert room.publish(one, MICROPHONE) == []


def test_a_second_microphone_in_one_room_is_refused() -> None:
    room = Classroom()
    master, second = room.join(Role.ROOM, FAR), room.join(Role.TEACHER, FAR)
    room.publish(master, MICROPHONE)
    assert refusal(room, second, CAMERA, MICROPHONE) is Code.SECOND_MICROPHONE
    room.give(second, SetAudioMaster(id=1, device=second))
    assert refusal(room, master, MICROPHONE) is Code.SECOND_MICROPHONE
    (taken,) = room.publish(second, MICROPHONE)
    assert isinstance(taken, SourcePublished)


def test_a_room_without_an_audio_master_has_no_microphone() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR, loudspeaker=False)
    assert refusal(room, device, MICROPHONE) is Code.SECOND_MICROPHONE


def test_who_only_watches_sends_nothing() -> None:
    room = Classroom()
    for role in (Role.VIEWER, Role.INSPECTOR):
        assert refusal(room, room.join(role), CAMERA) is Code.NOT_ALLOWED


def test_pupils_share_their_screen_when_they_may_and_keep_it_over_a_reconnect() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL)
    assert refusal(room, pupil, SCREEN) is Code.SHARING_OFF
    room.give(teacher, SetSwitch(id=1, switch=Switch.SHARING, on=True))
    room.publish(pupil, SCREEN)
    room.give(teacher, SetSwitch(id=2, switch=Switch.SHARING, on=False))
    assert room.publish(pupil, SCREEN) == []
    room.publish(room.join(Role.ROOM, FAR), SCREEN)


def test_under_a_ban_only_the_host_begins_to_share() -> None:
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.ROOM, FAR)
    room.give(teacher, SetBan(id=1, on=True))
    assert refusal(room, far, SCREEN) is Code.BANNED
    room.publish(far, CAMERA)
    room.publish(teacher, SCREEN)


def test_a_switched_off_camera_is_offered_all_the_same() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL)
    room.give(teacher, SetSwitch(id=1, switch=Switch.CAMERA, on=False))
    assert len(room.publish(pupil, CAMERA, MICROPHONE)) == 2


@pytest.mark.parametrize(("role", "most"), [(Role.ROOM, 8), (Role.PUPIL, 4)])
def test_too_many_sources_are_refused(role: Role, most: int) -> None:
    room = Classroom()
    place = FAR if role is Role.ROOM else None
    one = room.join(role, place)
    cameras = [source(f"camera{number}", Kind.CAMERA) for number in range(most + 1)]
    assert refusal(room, one, *cameras) is Code.TOO_MANY_SOURCES
    room.publish(one, *cameras[:most])
    if role is Role.ROOM:
        assert refusal(room, room.join(role, place), cameras[most]) is Code.TOO_MANY_SOURCES


MALFORMED: list[tuple[SourceOffer, ...]] = [
    (CAMERA, CAMERA),
    (CAMERA, source("camera", Kind.CAMERA, mid="other")),
    (CAMERA, source("class_camera", Kind.CLASS_CAMERA, mid="camera")),
    (source("microphone", Kind.CAMERA),),
    (source("second", Kind.MICROPHONE),),
]


@pytest.mark.parametrize("sources", MALFORMED)
def test_an_offer_that_contradicts_itself_is_malformed(sources: tuple[SourceOffer, ...]) -> None:
    room = Classroom()
    assert refusal(room, room.join(Role.ROOM, FAR), *sources) is Code.MALFORMED


def test_a_source_does_not_change_its_kind() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.publish(device, CAMERA)
    assert refusal(room, device, source("camera", Kind.SCREEN)) is Code.MALFORMED


def test_nothing_is_published_after_the_end_or_by_who_is_not_here() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, HOST)
    assert refusal(room, DeviceId("never"), CAMERA) is Code.NO_SUCH_DEVICE
    room.keep(room.lesson.end(EndReason.ENDED, 1))
    assert refusal(room, device, CAMERA) is Code.LESSON_OVER
