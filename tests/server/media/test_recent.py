"""What a receiver of sound was sent last, with either pump's own memory."""

from dataclasses import replace

import pytest

from server.media.recent import FRESH, RECENT, Recent, is_repeated
from signaling.events import Codec
from tests.support.plane import down_section, up_section


@pytest.fixture
def recent() -> Recent:
    """Of a slot with a few more datagrams than are kept."""
    made = Recent()
    for number in range(RECENT + 2):
        made.keep(number + 65_530 & 0xFFFF, bytes([number]), 0.0)
    return made


def test_the_last_ones_are_kept_as_they_were(recent: Recent) -> None:
    assert recent.find(65_531, 0.0) is None
    assert recent.find(65_532, 0.0) == bytes([2])
    assert recent.find(65_530 + RECENT + 1 & 0xFFFF, 0.0) == bytes([RECENT + 1])


def test_what_can_not_be_heard_any_more_is_not_found(recent: Recent) -> None:
    assert recent.find(0, FRESH) is not None
    assert recent.find(0, FRESH + 0.001) is None


def test_only_sounds_with_nack_are_sent_again_as_they_were() -> None:
    sound = down_section("0", (Codec.OPUS,), (1,))
    assert is_repeated(sound)
    assert not is_repeated(replace(sound, feedback=()))
    assert not is_repeated(replace(sound, active=False))
    assert not is_repeated(down_section("0", (Codec.VP8,), (1, 2)))
    assert not is_repeated(up_section("0", "a/microphone", Codec.OPUS))
