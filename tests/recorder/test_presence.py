"""Presence, turns and talk time folded from journals of a few lines."""

from recorder.presence import INTERVALS, Interval, fold, turns
from signaling import events as ev
from signaling.events import Codec, Event, LeaveReason, Mode, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId
from signaling.journal import Line

HOST, FAR, PUPIL = ParticipantId("host"), ParticipantId("far"), ParticipantId("pupil")
PAGE, ROOM, PHONE = DeviceId("page"), DeviceId("room"), DeviceId("phone")


def lines(*events: tuple[float, Event | None]) -> list[Line]:
    opened = ev.LessonOpened(
        lesson=LessonId("lesson"),
        utc="2026-11-23T00:00:00Z",
        planned_seconds=2400,
        rooms=(RoomPlan(participant=HOST, host=True), RoomPlan(participant=FAR, host=False)),
    )
    return [Line(n, t, event) for n, (t, event) in enumerate([(0.0, opened), *events])]


def joined(who: ParticipantId, device: DeviceId, role: Role = Role.ROOM) -> Event:
    return ev.DeviceJoined(
        participant=who,
        device=device,
        role=role,
        secret_hash="00",
        encodes=(Codec.OPUS,),
        decodes=(Codec.OPUS,),
    )


def left(who: ParticipantId, device: DeviceId, reason: LeaveReason, heard: float) -> Event:
    return ev.DeviceLeft(participant=who, device=device, reason=reason, heard_at=heard)


def away(who: ParticipantId, device: DeviceId, heard: float) -> Event:
    return ev.DeviceAway(participant=who, device=device, heard_at=heard)


ENDED = ev.LessonEnded(reason=ev.EndReason.ENDED, by=None)


def spans(found: list[Interval]) -> list[tuple[str, float, float | None, LeaveReason | None]]:
    return [(one.participant, one.start, one.end, one.reason) for one in found]


def test_whoever_stays_is_there_until_the_lesson_is_over() -> None:
    found = fold(lines((3.0, joined(HOST, PAGE)), (90.0, ENDED)))
    assert spans(found) == [(HOST, 3.0, 90.0, LeaveReason.LESSON_OVER)]
    assert found[0].role is Role.ROOM


def test_a_goodbye_ends_it_at_once_and_coming_again_begins_another() -> None:
    found = fold(
        lines(
            (3.0, joined(PUPIL, PHONE, Role.PUPIL)),
            (10.0, left(PUPIL, PHONE, LeaveReason.LEFT, 9.0)),
            (20.0, joined(PUPIL, PAGE, Role.PUPIL)),
            (30.0, left(PUPIL, PAGE, LeaveReason.REMOVED, 29.0)),
        )
    )
    assert spans(found) == [
        (PUPIL, 3.0, 10.0, LeaveReason.LEFT),
        (PUPIL, 20.0, 30.0, LeaveReason.REMOVED),
    ]
    assert {one.role for one in found} == {Role.PUPIL}


def test_a_lost_link_ends_when_it_was_last_heard_and_is_back_when_it_is_back() -> None:
    found = fold(
        lines(
            (3.0, joined(FAR, ROOM)),
            (15.0, away(FAR, ROOM, 10.0)),
            (18.0, ev.DeviceBack(participant=FAR, device=ROOM)),
            (35.0, away(FAR, ROOM, 30.0)),
            (90.0, left(FAR, ROOM, LeaveReason.LINK_LOST, 30.0)),
            (99.0, ENDED),
        )
    )
    assert spans(found) == [
        (FAR, 3.0, 10.0, LeaveReason.LINK_LOST),
        (FAR, 18.0, 30.0, LeaveReason.LINK_LOST),
    ]


def test_a_room_is_there_while_any_of_its_devices_is() -> None:
    found = fold(
        lines(
            (3.0, joined(HOST, PAGE)),
            (5.0, joined(HOST, ROOM)),
            (25.0, away(HOST, PAGE, 20.0)),
            (40.0, left(HOST, ROOM, LeaveReason.LEFT, 40.0)),
            (50.0, joined(HOST, PHONE)),
        )
    )
    assert spans(found) == [(HOST, 3.0, 40.0, LeaveReason.LEFT), (HOST, 50.0, None, None)]


def test_a_removed_participant_is_gone_with_all_its_devices() -> None:
    removed = ev.ParticipantLeft(participant=FAR, reason=LeaveReason.REMOVED, by=PAGE)
    found = fold(lines((3.0, joined(FAR, ROOM)), (5.0, joined(FAR, PHONE)), (9.0, removed)))
    assert spans(found) == [(FAR, 3.0, 9.0, LeaveReason.REMOVED)]


def test_a_silent_inspector_was_never_there() -> None:
    who = ParticipantId("inspector")
    came = ev.InspectorJoined(participant=who, device=PHONE, secret_hash="00")
    went = ev.InspectorLeft(participant=who, device=PHONE)
    assert fold(lines((3.0, came), (9.0, went), (99.0, ENDED))) == []


def test_erased_lines_are_passed_over() -> None:
    assert fold(lines((1.0, None), (2.0, joined(HOST, PAGE)))) != []


def test_intervals_are_written_as_json() -> None:
    found = fold(lines((3.0, joined(HOST, PAGE)), (90.0, ENDED)))
    assert INTERVALS.validate_json(INTERVALS.dump_json(found)) == found


def test_a_turn_lasts_until_it_is_sent_back_or_something_ends_it() -> None:
    found = turns(
        lines(
            (10.0, ev.Called(participant=FAR)),
            (25.0, ev.SentBack(participant=FAR, turn_s=15.0)),
            (30.0, ev.Called(participant=PUPIL)),
            (40.0, ev.Called(participant=FAR)),
            (45.0, ev.ModeSet(mode=Mode.DISCUSSION)),
            (50.0, ev.Called(participant=FAR)),
        )
    )
    assert [(one.participant, one.start, one.end) for one in found] == [
        (FAR, 10.0, 25.0),
        (PUPIL, 30.0, 40.0),
        (FAR, 40.0, 45.0),
        (FAR, 50.0, None),
    ]
