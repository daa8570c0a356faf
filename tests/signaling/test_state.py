"""The fold: whatever comes, the same state; cheap enough to rebuild a lesson in a blink."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import EVENT, ChatSent, Event, Summary
from signaling.ids import DeviceId, ParticipantId
from signaling.journal import Writer, read
from signaling.lesson import LiveLesson
from signaling.messages import ChatState, LessonState
from signaling.state import CHAT_KEPT
from tests.support import stories
from tests.support.lessons import FAR, HOST, PLAN, Classroom
from tests.support.stories import STATE, STORIES, VECTORS

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
    assert rebuilt(data) == STATE.validate_json(sample.with_suffix(".json").read_bytes())


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


def a_long_lesson() -> bytes:
    """40 minutes with 60 participants: what they do, and a summary of each every minute."""
    room = stories.a_whole_lesson()
    events = [event for _, _, event in room.kept[:-1]]
    writer = Writer()
    lines: list[bytes] = []
    middle: list[Event] = [
        Summary(
            participant=ParticipantId(f"01936b1e-7c1d-7a10-8000-{place:012}"),
            device=DeviceId(f"01936b1e-7c1d-7a10-9000-{place:012}"),
            rtt_ms=41.5,
            clock_offset_ms=1234567.125,
            loss=0.0125,
        )
        for place in range(60)
    ]
    while len(lines) < 10_000:
        for event in [*events[1:], *middle]:
            lines.append(writer.write(len(lines) * 0.24, event, bytes(16))[1])
    return b"".join(lines[:10_000])


def test_a_full_lesson_fits_in_four_megabytes() -> None:
    data = a_long_lesson()
    assert len(data) <= 4_000_000
    assert HOST in data.decode()


@pytest.mark.alone
def test_a_full_lesson_is_folded_in_150_ms() -> None:
    events = [(line.n, line.t, line.event) for line in read(a_long_lesson()).lines]
    assert len(events) == 10_000

    def fold() -> float:
        lesson = LiveLesson(PLAN)
        begin = time.perf_counter()
        for n, t, event in events:
            if event is not None:
                lesson.apply(n, t, event)
        lesson.state  # noqa: B018 - building it counts
        return time.perf_counter() - begin

    assert min(fold() for _ in range(3)) <= 0.150
