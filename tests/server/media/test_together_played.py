"""Whoever goes together gets in a lesson what each would get alone, whatever happens."""

import gc
import random
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.media import feedback, switched, together
from server.media.blocks import MANY
from server.media.publication import Publication
from server.media.requests import Want
from server.media.subscription import Subscription
from server.media.together import goes
from signaling.events import Codec
from tests.support.layered_play import CAMERA, Play, layered_play, vp8
from tests.support.plane import Far, Ground, down_section, ground, numbered


class Crowd(Play):
    """The same play with receivers enough for a block."""

    def __init__(self, floor: Ground, codec: Codec) -> None:
        super().__init__(floor, codec)
        slot = down_section("0", (codec,), (101, 102))
        for number in range(MANY + 1):
            self.downs.append(floor.peer(f"more {number}", slot))
            floor.bind(self.downs[-1], "0", CAMERA)
            self.got.append([])


def outcome(seed: int, codec: Codec) -> list[Any]:
    """What comes of a play to all of its receivers."""
    dice = random.Random(seed)
    with ground() as floor:
        play = Crowd(floor, codec)
        for _ in range(60):
            play.do(dice)
        return [play.got, play.left()]


@pytest.mark.slow
@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_each_gets_what_it_would_alone(codec: Codec, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (switched, together):
            patch.setattr(module, "goes", lambda *_: False)
        alone = outcome(seed, codec)
    assert outcome(seed, codec) == alone


class Lesson:
    """A camera in three layers, and those who watch it."""

    def __init__(self, play: Play) -> None:
        self.play, self.floor = play, play.floor
        self.picture = 0

    def show(self, pictures: int, *, key: bool = False) -> None:
        """Pictures of one packet in each layer."""
        for number in range(pictures):
            body = vp8(self.picture, key and number == 0, 0)
            self.play.body = lambda _, body=body: body  # type: ignore[method-assign, misc]
            self.picture += 1
            self.play.picture = self.picture
            for place in range(3):
                self.play.emit(self.play.packet(place, random.Random(0)))
                self.play.next[place] += 1
            self.floor.now += 0.03
            self.floor.turn()

    def row(self, far: Far) -> Subscription:
        """A receiver's row."""
        return self.floor.near(far).slots["0"]

    def layer(self, number: int) -> Publication:
        """A layer's packets."""
        return self.row(self.play.downs[0]).source.at(number)  # type: ignore[union-attr, return-value]

    def want(self, far: Far, layer: int, temporal: int | None = None) -> None:
        """The allocator chooses."""
        wish = Want(peer=far.id, mid="0", layer=layer, temporal=temporal)
        self.floor.plane.want(wish, self.floor.now)

    def alone(self, layer: int = 2) -> set[Subscription | None]:
        """The rows that packets of a layer pass to, or might, one by one."""
        return {lane.row for _, lane in self.layer(layer).over}

    def together(self, layer: int = 2) -> set[Subscription | None]:
        """Those that go together."""
        return {
            lane.row
            for _, lanes, blocks in self.layer(layer).lanes
            for some in (lanes, *(block.lanes for block in blocks))
            for lane in some
        }


@pytest.fixture
def lesson() -> Iterator[Lesson]:
    """One that is under way with two who get the highest layer."""
    with layered_play("python", Codec.VP8) as play:
        made = Lesson(play)
        made.show(3, key=True)
        yield made


def test_those_that_get_all_of_a_layer_go_together(lesson: Lesson) -> None:
    rows = {lesson.row(far) for far in lesson.play.downs}
    assert (lesson.together(), lesson.alone()) == (rows, set())


def test_who_gets_fewer_frames_goes_alone(lesson: Lesson) -> None:
    far = lesson.play.downs[0]
    lesson.want(far, 2, 0)
    lesson.show(2)
    assert lesson.alone() == {lesson.row(far)}


def test_who_waits_for_another_layer_goes_alone_until_it_has_it(lesson: Lesson) -> None:
    far = lesson.play.downs[0]
    lesson.want(far, 0)
    lesson.show(2)
    assert lesson.row(far) in lesson.alone()
    assert lesson.row(far) not in lesson.together(2) | lesson.together(0)


def test_who_gets_each_packet_twice_goes_alone_until_it_does_no_more(lesson: Lesson) -> None:
    row = lesson.row(lesson.play.downs[0])
    row.twice = True
    lesson.floor.plane.change(row)
    lesson.show(2)
    assert lesson.alone() == {row}
    row.twice = False
    lesson.show(3)
    assert lesson.alone() == set()


def test_who_is_paced_goes_alone_until_it_is_no_more(lesson: Lesson) -> None:
    far = lesson.play.downs[1]
    aim = lesson.floor.rounds.sharing.pacing.aim
    aim(lesson.floor.near(far), 1e6, lesson.floor.now)
    lesson.show(2)
    assert lesson.alone() == {lesson.row(far)}
    lesson.floor.pace()
    aim(lesson.floor.near(far), None, lesson.floor.now)
    lesson.show(3)
    assert lesson.alone() == set()


def test_who_comes_late_goes_together_from_behind_its_key_frame_on(lesson: Lesson) -> None:
    late = lesson.floor.peer("late", down_section("0", (Codec.VP8,), (101, 102)))
    lesson.floor.bind(late, "0", CAMERA)
    lesson.show(2)
    assert (lesson.alone(), late.packets()) == ({lesson.row(late)}, [])
    lesson.show(3, key=True)
    assert lesson.alone() == set()
    assert len(late.packets()) == 3


def test_those_of_one_layer_do_not_part_those_of_another(lesson: Lesson) -> None:
    slot = numbered(down_section("0", (Codec.H264, Codec.VP8), (101, 102)))
    low = lesson.floor.peer("low", slot)
    lesson.floor.bind(low, "0", CAMERA)
    lesson.want(low, 0)
    lesson.show(4, key=True)
    assert lesson.together(0) == {lesson.row(low)}
    assert len(lesson.together(2)) == 2
    lesson.show(1)
    broken = [lesson.layer(layer).together.is_broken for layer in range(3)]  # type: ignore[union-attr]
    assert broken == [False] * 3


def test_a_report_counts_what_passed_together(lesson: Lesson) -> None:
    row, size = lesson.row(lesson.play.downs[0]), len(vp8(0, True, 0) + b"2/40")
    assert row.sent(lesson.layer(2)) == (3, 3 * size)
    lesson.show(4)
    assert row.sent(lesson.layer(2)) == (7, 7 * size)


def test_what_passed_together_is_sent_again(lesson: Lesson) -> None:
    far = lesson.play.downs[0]
    lesson.show(3)
    media = far.packets()
    number = int.from_bytes(media[-2][2:4], "big")
    far.report(feedback.nack(1, 101, [number]))
    lesson.floor.turn()
    (again,) = far.packets()
    assert again[-len(b"2/44") :] == media[-2][-len(b"2/44") :]


def test_it_is_sent_again_too_where_half_the_numbers_have_passed_since(lesson: Lesson) -> None:
    far = lesson.play.downs[0]
    for _ in range(12):
        lesson.play.next[2] += 2900
        lesson.show(1)
    newest = far.packets()[-1]
    far.report(feedback.nack(1, 101, [int.from_bytes(newest[2:4], "big")]))
    lesson.floor.turn()
    assert [each[-8:] for each in far.packets()] == [newest[-8:]]


@pytest.mark.parametrize("happens", ["leaves", "other picture", "gate", "anew"])
def test_a_run_that_ends_goes_on_behind_all_that_passed(lesson: Lesson, happens: str) -> None:
    far, floor = lesson.play.downs[0], lesson.floor
    row = lesson.row(far)
    before = [int.from_bytes(each[2:4], "big") for each in far.packets()]
    lesson.show(3)
    if happens == "gate":
        floor.gate(CAMERA, is_open=False)
        floor.gate(CAMERA)
    elif happens == "anew":
        lesson.play.ssrcs = [each + 5 for each in lesson.play.ssrcs]
    else:
        floor.bind(far, "0", None if happens == "leaves" else "h/other")
        assert row.sequence & 0xFFFF == before[-1] + 3 & 0xFFFF
        lesson.show(1)
        floor.bind(far, "0", CAMERA)
    lesson.show(3, key=True)
    numbers = [int.from_bytes(each[2:4], "big") for each in far.packets()]
    assert numbers == [before[-1] + 1 + number & 0xFFFF for number in range(6)]


def test_nobody_who_has_left_is_kept_by_those_who_stay(lesson: Lesson) -> None:
    far = lesson.play.downs.pop(0)
    gone = weakref.ref(lesson.row(far))
    lesson.floor.plane.close_peer(far.id)
    gc.collect()
    assert gone() is None


def test_a_lane_without_row_or_switch_goes_nowhere_together(lesson: Lesson) -> None:
    ((_, lane), *_) = lesson.layer(2).each
    assert goes(lane, 2)
    assert not goes(lane, 1)
    assert not goes(lane._replace(row=None), 2)
    assert lane.row is not None
    lane.row.stop()
    assert not goes(lane, 2)
