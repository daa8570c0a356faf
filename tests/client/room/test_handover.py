from client.room.handover import WAITING, Encoded, Handover
from client.room.layers import WHOLE
from signaling.events import Codec


def frame(key: bool, ticks: int = 0, layer: str = WHOLE) -> Encoded:
    return Encoded(
        codec=Codec.VP8, payloads=[b"x"], key=key, ticks=ticks, captured=0.0, layer=layer
    )


async def test_of_waiting_pictures_all_are_dropped_up_to_a_key_frame() -> None:
    handover = Handover(picture=True)
    kept = [handover.put(frame(key=number == 0, ticks=number)) for number in range(WAITING + 2)]
    assert kept == [True] * WAITING + [False] * 2
    assert handover.put(frame(key=True, ticks=99))
    assert (await handover.get()).ticks == 99


async def test_of_waiting_sound_the_oldest_is_dropped() -> None:
    handover = Handover(picture=False)
    for number in range(WAITING + 3):
        handover.put(frame(key=True, ticks=number))
    assert (await handover.get()).ticks == 3


async def test_as_many_pictures_wait_in_layers_as_in_one_piece() -> None:
    handover = Handover(picture=True)
    for number in range(WAITING):
        for layer in "lmh":
            assert handover.put(frame(key=number == 0, ticks=number, layer=layer))
    assert not handover.put(frame(key=False, layer="l"))
    assert not handover.put(frame(key=False, layer="h")), "what waited of it was dropped too"
    assert handover.put(frame(key=True, ticks=99, layer="h"))
    assert handover.put(frame(key=False, ticks=100, layer="h"))
    assert not handover.put(frame(key=False, layer="m"))
    assert [(await handover.get()).ticks for _ in range(2)] == [99, 100]


async def test_what_waits_is_counted() -> None:
    handover = Handover(picture=True)
    assert (handover.waits, handover.octets) == (0, 0)
    for layer in "lm":
        handover.put(frame(key=True, layer=layer))
    assert (handover.waits, handover.octets) == (2, 2)
    await handover.get()
    assert (handover.waits, handover.octets) == (1, 1)
