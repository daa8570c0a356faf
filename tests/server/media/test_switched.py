"""A packet as a receiver of layers gets it."""

from array import array

from server.media.switched import rewritten
from server.media.switching import NEWEST, Switch
from signaling.events import Codec
from signaling.rtp import vp8
from signaling.rtp.frames import marks
from tests.support.layered_play import vp8 as picture


def taken(payload: bytes) -> Switch:
    """A switch that is two pictures into another layer and begins with this payload."""
    switch = Switch(array("Q", bytes(64)), 90_000, True, 10, 0)
    switch.want(1)
    for number in (300, 301):
        switch.take(1, number, number * 3000, number * 3000, 3 | NEWEST, 0, number, number)
    switch.want(0)
    found = marks(Codec.VP8, payload, 0, len(payload))
    assert switch.take(0, 5, 7, 302 * 3000, found.flags | NEWEST, *found[1:3], found.base)
    return switch


def test_a_payload_gets_the_picture_numbers_of_the_switch() -> None:
    payload = picture(77, True, 0) + b"frame"
    changed = rewritten(payload, marks(Codec.VP8, payload, 0, len(payload)), taken(payload))
    found = vp8.descriptor(changed, 0, len(changed))
    assert found is not None
    assert (found.picture, found.base) == (302, 302 & 0xFF)
    assert changed[found.data :] == payload[6:]


def test_a_payload_without_numbers_stays_as_it_is() -> None:
    payload = b"\x10\x00frame"
    assert rewritten(payload, marks(Codec.VP8, payload, 0, 7), taken(payload)) is payload
