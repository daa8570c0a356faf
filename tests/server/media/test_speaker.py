from typing import NamedTuple

import pytest

from server.media.noise import SECONDS
from server.media.speaker import BEGINS, ENDS, HOLD, Heard, Speakers
from signaling.ids import SourceId

A, B = (SourceId(f"{name}/microphone") for name in "ab")


PERIOD = 0.3
WORDS = (24.0, 20.0, 30.0, 22.0, 36.0, 26.0)
"""As loud as words are; above a loud room they are louder, as people speak up."""


class Row(NamedTuple):
    """What one microphone hears for so many seconds each, and what of the last is a voice."""

    name: str
    parts: tuple[tuple[float, tuple[float, ...]], ...]
    voice: bool


def hum(level: float) -> tuple[float, ...]:
    """A noise that wavers about a level."""
    return (level, level - 1.5, level + 1, level - 0.5)


TABLE = (
    Row("silence", ((20, (127.0,)),), False),
    *(Row(f"a room at {level} dB", ((20, hum(level)),), False) for level in (20, 30, 40, 50, 60)),
    *(
        Row(
            f"a room at {level} dB after words",
            ((20, hum(level)), (6, WORDS), (2, hum(level))),
            False,
        )
        for level in (42, 46, 50, 54, 60)
    ),
    Row("a fan that is turned on", ((20, (70.0,)), (13, hum(42))), False),
    Row("a room that was never quiet before words", ((6, WORDS), (14, hum(50))), False),
    *(
        Row(f"words in a room at {level} dB", ((20, hum(level)), (2.1, WORDS)), True)
        for level in (42, 50, 60)
    ),
    Row("a shout over loud music", ((20, hum(22)), (1.2, (8.0, 6.0))), True),
    Row("a murmur that the noise drowns", ((20, hum(42)), (3, (38.0, 36.0))), False),
    Row("words after the fan is off", ((20, hum(42)), (3, (70.0,)), (0.6, (44.0,))), True),
    Row("a reader who breathes", ((20, hum(50)), (60, (*WORDS, *WORDS, 50.0)), (1.5, WORDS)), True),
)


def voices(parts: tuple[tuple[float, tuple[float, ...]], ...]) -> list[bool]:
    """Whether each of these levels was a voice."""
    speakers, found, now = Speakers(), [], 0.0
    for seconds, levels in parts:
        for number in range(round(seconds / PERIOD)):
            now += PERIOD
            speakers.heard(A, levels[number % len(levels)])
            found.append(any(one.voice for one in speakers.speaking(now)))
    return found


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_a_voice_is_what_stands_out_from_its_room(row: Row) -> None:
    assert voices(row.parts)[-1] is row.voice


def test_each_room_has_its_own_noise() -> None:
    speakers = Speakers()
    talk(speakers, {A: 40, B: 52}, 0.0, 20.0)
    assert talk(speakers, {A: 40, B: 52}, 20.1, 0.3) == []
    assert [one.source for one in talk(speakers, {A: 40, B: 41}, 20.4, 0.3)] == [B]
    assert [one.source for one in talk(speakers, {A: 30, B: 52}, 20.7, 1.2)] == [A]


def test_a_shut_gate_forgets_the_room() -> None:
    speakers = Speakers()
    talk(speakers, {A: 40}, 0.0, 2 * SECONDS)
    assert talk(speakers, {A: 40}, 2 * SECONDS, 0.3) == []
    speakers.forget(A)
    assert talk(speakers, {A: 40}, 2 * SECONDS + 0.3, 0.3) != []


def talk(
    speakers: Speakers, levels: dict[SourceId, float], start: float, seconds: float
) -> list[Heard]:
    """These levels for so long, judged each 0.3 s; who was heard at last."""
    heard = []
    for turn in range(round(seconds / PERIOD)):
        for source, level in levels.items():
            speakers.heard(source, level)
        heard = speakers.speaking(start + turn * PERIOD)
    return heard


def test_the_loudest_comes_first_with_its_mean() -> None:
    heard = talk(Speakers(), {A: 40, B: 20.5}, 0.0, 0.3)
    assert heard == [Heard(B, 20.5, voice=True), Heard(A, 40, voice=True)]


def test_who_speaks_stays_above_the_lower_threshold() -> None:
    speakers = Speakers()
    middle = (BEGINS + ENDS) / 2
    assert talk(speakers, {A: middle}, 0.0, 0.6) == []
    assert talk(speakers, {A: 30}, 0.6, 0.6)
    assert talk(speakers, {A: middle}, 1.2, 3.0)


def test_a_breath_is_no_end_but_a_pause_is() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    speakers.heard(A, 127)
    assert speakers.speaking(HOLD - 0.01) == [Heard(A, 127, voice=False)]
    speakers.heard(A, 127)
    assert speakers.speaking(HOLD + 0.01) == []


def test_a_sound_of_which_nothing_is_told_falls_silent() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    assert speakers.speaking(0.3) == [Heard(A, 127, voice=False)]
    assert speakers.speaking(HOLD + 0.3) == []


def test_a_forgotten_sound_is_gone_at_once() -> None:
    speakers = Speakers()
    assert talk(speakers, {A: 30}, 0.0, 0.3)
    speakers.forget(A)
    assert speakers.speaking(0.3) == []
