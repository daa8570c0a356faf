import pytest

from client.room.passing import Passing, Why
from client.room.payloads import nal_units

PARAMETERS = b"\0\0\0\1\x67sps\0\0\0\1\x68pps"
IDR = b"\0\0\0\1\x65key"
SLICE = b"\0\0\0\1\x41delta"


def judge(codec: str = "h264", form: str | None = "yuv420p", *, b_frames: bool = False) -> Passing:
    return Passing(codec, form, b_frames, PARAMETERS)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (judge(), None),
        (judge(form=None), None),
        (judge("hevc"), Why.CODEC),
        (judge(form="yuv422p"), Why.FORM),
        (judge(form="yuv420p10le"), Why.FORM),
        (judge(b_frames=True), Why.B_FRAMES),
    ],
)
def test_what_a_stream_says_itself(made: Passing, why: Why | None) -> None:
    assert made.why is why


def test_key_frames_each_two_seconds_pass() -> None:
    made = judge()
    for number in range(500):
        made.look(number / 25, number % 50 == 0)
    assert made.why is None
    assert made.key_seconds == 2.0


@pytest.mark.parametrize("begins_with_key", [False, True])
def test_rare_key_frames_are_noticed_before_the_next_one(*, begins_with_key: bool) -> None:
    made = judge()
    for number in range(60):
        made.look(number / 25, begins_with_key and number == 0)
    assert made.why is Why.KEY_FRAMES


def test_times_that_go_back_are_b_frames() -> None:
    made = judge()
    for at in (0.0, 0.12, 0.04, 0.08):
        made.look(at, at == 0.0)
    assert made.why is Why.B_FRAMES


def test_a_key_frame_brings_its_parameters_once() -> None:
    made = judge()
    kinds = [[unit[0] & 31 for unit in nal_units(made.unit(data))] for data in (IDR, SLICE)]
    assert kinds == [[7, 8, 5], [1]]
    assert made.unit(PARAMETERS + IDR) == PARAMETERS + IDR
