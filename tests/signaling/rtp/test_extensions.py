import pytest

from signaling.rtp.extensions import abs_send_time


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.0, 0),
        (0.5, 1 << 17),
        (1.0, 1 << 18),
        (63.5, 127 << 17),
        (64.0, 0),
        (1e6, 0),
        (1e6 + 1, 1 << 18),
    ],
)
def test_a_time_of_sending_has_18_bits_of_fraction_and_wraps_each_64_s(
    seconds: float, written: int
) -> None:
    assert abs_send_time(seconds) == written.to_bytes(3, "big")
