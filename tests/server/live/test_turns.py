"""Levels in, turns out: each row says how loud a microphone was for how long.

They pass the media worker's judgement, as they do in a lesson.
"""

import random
from typing import NamedTuple

import pytest

from server.live.turns import MOST, READING, Sound, Turn
from server.media.rounds import LEVELS_PERIOD
from server.media.speaker import Speakers
from signaling.ids import SourceId
from signaling.rtp.extensions import SILENCE

VOICE, SOFT, BREATH, ROOM = 22.0, 34.0, 60.0, 70.0
QUIET = float(SILENCE)
SOURCE = SourceId("room/microphone")
Part = tuple[float, float | tuple[float, ...]]
"""Seconds, and the level in them; of several each for one reading, again and again."""
SPEECH = (24.0, 20.0, 30.0, 22.0, 38.0, 26.0)
"""As words go up and down."""


class Row(NamedTuple):
    """A microphone, and what is kept of it."""

    name: str
    parts: tuple[Part, ...]
    turns: tuple[tuple[float, float], ...]


TABLE = (
    Row("nothing", ((20, QUIET),), ()),
    Row("a sentence", ((3, QUIET), (6, SPEECH), (3, ROOM)), ((3, 9),)),
    Row("a word of agreement", ((3, QUIET), (0.6, VOICE), (3, QUIET)), ((3, 3.6),)),
    Row("a knock", ((3, QUIET), (0.3, 12), (3, QUIET)), ()),
    Row("two knocks", ((3, QUIET), (0.3, 12), (4.2, QUIET), (0.3, 12), (3, QUIET)), ()),
    Row("a pause for a breath", ((3, SPEECH), (0.6, BREATH), (3, SPEECH), (3, ROOM)), ((0, 6.6),)),
    Row("a pause for thought", ((3, SPEECH), (1.2, ROOM), (3, SPEECH), (3, ROOM)), ((0, 7.2),)),
    Row("two sentences", ((3, SPEECH), (2.1, ROOM), (3, SPEECH), (3, ROOM)), ((0, 3), (5.1, 8.1))),
    Row("too far from the microphone", ((3, QUIET), (6, 48), (3, QUIET)), ()),
    Row("a voice that sinks", ((3, QUIET), (3, 30), (3, 48), (3, ROOM)), ((3, 9),)),
    Row("a projector's hum", ((3, QUIET), (60, (42, 41, 43)), (3, QUIET)), ()),
    Row("a hum from the first moment", ((60, (42, 40, 43, 41)),), ()),
    Row("a voice over a hum", ((30, 42), (6, (24, 28, 22, 31)), (10, 42)), ((30, 36),)),
    Row("a murmur over a hum", ((30, 42), (6, (37, 39, 38)), (10, 42)), ()),
    Row("a loud room, after the last word", ((30, QUIET), (3, SPEECH), (10, 50)), ((30, 33),)),
    Row("a microphone that is closed in a word", ((3, QUIET), (3, SPEECH)), ((3, 6),)),
)


class Judged:
    """A sound behind the worker's judgement."""

    def __init__(self) -> None:
        self._speakers = Speakers()
        self._sound = Sound()
        self.due, self.rest = self._sound.due, self._sound.rest

    def heard(self, level: float, now: float) -> Turn | None:
        """As loud as this over the last `READING`; the turn that ended with it."""
        self._speakers.heard(SOURCE, level)
        voices = [one.level for one in self._speakers.speaking(now) if one.voice]
        return self._sound.heard(voices[0] if voices else None, now)


def kept(*parts: Part) -> list[Turn]:
    """The turns of a microphone that is silent and then closed for good."""
    sound, found, now = Judged(), [], 0.0
    for seconds, levels in parts:
        several = levels if isinstance(levels, tuple) else (levels,)
        for number in range(round(seconds / READING)):
            now += READING
            found.append(sound.heard(several[number % len(several)], now))
    found += [sound.due(now + 1.6), sound.rest()]
    return [turn for turn in found if turn is not None]


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_levels_are_turned_into(row: Row) -> None:
    found = [(round(turn.began, 3), round(turn.ended, 3)) for turn in kept(*row.parts)]
    assert found == [pytest.approx(turn) for turn in row.turns]


def test_a_level_stands_for_the_time_between_two_of_the_workers() -> None:
    assert READING == LEVELS_PERIOD


def test_a_turn_is_over_when_its_pause_is_and_not_before() -> None:
    sound = Sound()
    for n in range(1, 11):
        assert sound.heard(SPEECH[n % 6], n * READING) is None
    assert sound.due(4.4) is None
    assert sound.due(4.5) == Turn(0.0, 3.0, 3.0)
    assert sound.due(60.0) is sound.rest() is None


def test_a_long_turn_is_kept_in_pieces_that_touch() -> None:
    found = kept((75, (*SPEECH, BREATH)), (3, ROOM))
    assert [turn.began for turn in found[1:]] == [turn.ended for turn in found[:-1]]
    assert len(found) == 3
    assert found[-1].ended == pytest.approx(75, abs=2 * READING)
    assert max(turn.ended - turn.began for turn in found) <= MOST + 2 * READING


def test_where_levels_stop_coming_it_was_quiet() -> None:
    sound = Judged()
    for n in range(1, 41):
        sound.heard(42.0, n * READING)
    assert sound.rest() is None
    assert [sound.heard(42.0, 60 + n * READING) for n in range(1, 4)] == [None] * 3
    turn = sound.rest()
    assert turn is not None
    assert (turn.began, turn.ended) == pytest.approx((59.7 + READING, 60.9))


@pytest.mark.parametrize("noise", [46.0, 54.0, 62.0, 75.0])
def test_a_reader_is_kept_whole_whatever_the_room(noise: float) -> None:
    """Words of a third of a second to two, pauses of a breath, and the noise below them."""
    dice = random.Random(noise)
    levels: list[float] = []
    while len(levels) < 120 / READING:
        levels += [dice.gauss(26, 4) for _ in range(dice.randint(1, 6))]
        levels += [min(noise, dice.gauss(noise, 1))] * dice.randint(1, 3)
    found = kept((20, noise), (len(levels) * READING, tuple(levels)), (20, noise))
    talked = sum(turn.talked for turn in found)
    assert talked == pytest.approx(len(levels) * READING, rel=0.05)
    assert found[0].began == pytest.approx(20, abs=0.5)
