import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.rtp.extensions import abs_send_time, audio_level, send_delay


def test_the_voice_flag_is_no_part_of_the_level() -> None:
    assert audio_level(b"\0\x9f", 1) == 31


@given(st.floats(0, 1e6), st.floats(0, 60))
def test_the_send_time_gives_the_delay_across_its_wrap(sent: float, delay: float) -> None:
    value = b"xx" + abs_send_time(sent)
    assert send_delay(value, 2, sent + delay) == pytest.approx(delay, abs=1e-5)
