"""The fold: whatever comes, the same state; cheap enough to rebuild a lesson in a blink."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import EVENT, ChatSent, DeviceAway, DeviceBack, Event, Role, Switch
from signaling.ids import DeviceId
from signaling.journal import NONCE_BYTES, Writer, read
from signaling.lesson import LiveLesson
from signaling.messages import (
    Call,
    ChatState,
    EndLesson,
    LessonState,
    RaiseHand,
    SendBack,
    SendChat,
    SetSwitch,
    StartLesson,
)
from signaling.state import CHAT_KEPT
from tests.support import stories
from tests.support.lessons import CAMERA, FAR, MICROPHONE, PLAN, Classroom
from tests.support.stories import REPORT, STATE, STORIES, VECTORS

SAMPLES = sorted((VECTORS / "journal").glob("*.jsonl"))


def rebuilt(data: bytes) -> LessonState:
    """The state that a journal folds to."""
    lesson = LiveLesson(PLAN)
    for line in read(data).lines:
        if line.event is not None:
            lesson.apply(line.n, line.t, line.event)
    return lesson.state


@pytest.mark.parametrize("name", STORIES)
def test_the_vectors_are_fresh(name: str) -> None:
    fresh = stories.vector(STORIES[name]()) + "\n"
    assert (VECTORS / "fold" / f"{name}.json").read_text() == fresh, "run tests.support.stories"


@pytest.mark.parametrize("name", STORIES)
def test_a_journal_folds_to_the_state_that_was_live(name: str) -> None:
    room = STORIES[name]()
    assert rebuilt(stories.journal_of(room)) == room.lesson.state


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_journal_of_every_released_version_folds_to_the_same_for_ever(sample: Path) -> None:
    data = sample.read_bytes()
    assert read(data).sealed
    then = json.loads(sample.with_suffix(".json").read_text())
    assert holds(json.loads(STATE.dump_json(rebuilt(data))), then)


def holds(now: object, then: object) -> bool:
    """Whether everything that was said then is said now; fields may be added, never changed."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(key in now and holds(now[key], value) for key, value in then.items())
    if isinstance(then, list) and isinstance(now, list):
        return len(now) == len(then) and all(map(holds, now, then))
    return now == then


def test_the_stories_tell_every_type_of_event() -> None:
    told = {event.type for tell in STORIES.values() for _, _, event in tell().kept}
    declared = set(EVENT.json_schema()["discriminator"]["mapping"])
    assert told == declared


ANY_EVENT = st.sampled_from([event for tell in STORIES.values() for _, _, event in tell().kept])


@given(st.lists(ANY_EVENT, max_size=60))
def test_events_in_any_order_and_with_any_gap_are_folded_without_an_error(
    events: list[Event],
) -> None:
    lesson = LiveLesson(PLAN)
    for n, event in enumerate(events):
        lesson.apply(n, float(n), event)
        assert lesson.state.n == n
    now = len(events) + 100.0
    for n, event in enumerate(lesson.tick(now), start=len(events)):
        lesson.apply(n, now, event)
    assert lesson.tick(now) == []


def test_only_the_last_lines_of_chat_are_kept() -> None:
    room = Classroom()
    for number in range(CHAT_KEPT + 5):
        room.keep([ChatSent(participant=FAR, text=f"第{number}句")])
    kept = room.lesson.state.chat
    assert len(kept) == CHAT_KEPT
    assert isinstance(kept[0], ChatState)
    assert kept[0].text == "第5句"


def a_full_lesson() -> Classroom:
    """40 minutes with 60 participants who do all they can: links break, hands go up, chat runs."""
    room = Classroom()
    teacher, far = room.teacher(), room.join(Role.ROOM, FAR)
    pupils = [room.join(Role.PUPIL, name=f"学生{number}") for number in range(58)]
    everyone = [teacher, far, *pupils]
    for device in everyone:
        room.publish(device, CAMERA, MICROPHONE)
    room.give(teacher, StartLesson(id=1))
    room.give(teacher, SetSwitch(id=2, switch=Switch.CHAT, on=True))
    for half_minute in range(80):
        room.pass_time(30)
        room.hears(*everyone)
        for device in everyone:
            room.keep(room.lesson.report(device, REPORT, room.now))
        for device in pupils[half_minute % 3 :: 3]:
            room.give(device, RaiseHand(id=3))
            room.give(device, SendChat(id=4, text="我们这边听得很清楚，老师请继续讲。"))
        turn(room, teacher, pupils[half_minute % 58])
        for device in pupils[half_minute % 7 :: 7]:
            break_link(room, device)
    room.give(teacher, EndLesson(id=9))
    return room


def turn(room: Classroom, teacher: DeviceId, pupil: DeviceId) -> None:
    """A pupil is called, speaks and is sent back."""
    room.give(teacher, Call(id=5, participant=room.who(pupil)))
    room.give(teacher, SendBack(id=6))


def break_link(room: Classroom, device: DeviceId) -> None:
    """A device is away, and back."""
    who = room.who(device)
    room.keep([DeviceAway(participant=who, device=device, heard_at=room.now)])
    room.keep([DeviceBack(participant=who, device=device)])


def long(room: Classroom) -> list[tuple[int, float, Event]]:
    """The events of a lesson with ids as long as real ones."""
    short = re.compile(r'"([dp]\d+)(["/])')
    return [
        (n, t, EVENT.validate_json(short.sub(r'"01936b1e-7c1d-7a10-8000-00000000\1\2', text)))
        for n, t, text in ((n, t, EVENT.dump_json(event).decode()) for n, t, event in room.kept)
    ]


def test_a_full_lesson_is_less_than_10_000_events_and_four_megabytes() -> None:
    writer = Writer()
    lines = [writer.write(t, event, bytes(NONCE_BYTES))[1] for _, t, event in long(a_full_lesson())]
    assert 5_000 < len(lines) <= 10_000
    assert sum(map(len, lines)) <= 4_000_000


@pytest.mark.alone
def test_a_full_lesson_is_folded_in_150_ms() -> None:
    events = long(a_full_lesson())

    def fold() -> float:
        lesson = LiveLesson(PLAN)
        begin = time.process_time()
        for n, t, event in events:
            lesson.apply(n, t, event)
        lesson.state  # noqa: B018 - building it counts
        return time.process_time() - begin

    assert min(fold() for _ in range(3)) <= 0.150
