"""A publisher's own redundant sound reaches receivers and recorder without it; either pump."""

import pytest

from signaling.events import Codec
from signaling.rtp.red import redundant
from tests.server.media.test_redundant import OPUS, TWICE, Sound
from tests.support.plane import NUMBERS, Ground

INNER = NUMBERS[Codec.OPUS]


def test_what_is_repeated_is_taken_off(floor: Ground) -> None:
    sound = Sound(floor)
    sound.say(1)
    body = redundant(INNER, 1920, b"own", [(960, b"said 1")])
    sound.say(2, kind=TWICE, body=body)
    sound.repeat(1)
    sound.say(3)
    assert sound.heard(sound.whole) == [(OPUS, [each]) for each in (b"said 1", b"own", b"said 3")]
    assert sound.heard(sound.lossy)[2] == (TWICE, [b"own", b"said 3"])
    assert [bytes(each.body)[-6:] for each in floor.tapped()] == [
        b"said 1",
        b"\x00\x00\x0bown",
        b"said 3",
    ]


@pytest.mark.parametrize(
    "broken", [b"", b"\x80", b"\xef\x00\x04\x00", b"\xef\x0f\x00\x09\x6fshort", b"\x60other type"]
)
def test_what_is_broken_is_dropped(floor: Ground, broken: bytes) -> None:
    sound = Sound(floor)
    sound.say(1)
    sound.say(2, kind=TWICE, body=broken or b"\xef")
    sound.say(3)
    assert sound.heard(sound.whole) == [(OPUS, [b"said 1"]), (OPUS, [b"said 3"])]
