"""The room's camera in layers over simulated ways, with and without what the server tells."""

from random import Random

import pytest

from client.room.uplink import Uplink
from tests.support.bottleneck import Bottleneck
from tests.support.sending import Sending

LAYERS_SENT = {250: "l", 500: "lm", 1000: "lm", 2000: "lmh", 4000: "lmh", 20_000: "lmh"}


def sent(link: Bottleneck, seconds: float = 60.0, *, follows: bool = True) -> Sending:
    sending = Sending(link, follows=follows)
    sending.run(seconds)
    return sending


@pytest.mark.parametrize("kbps", LAYERS_SENT)
@pytest.mark.parametrize("queue", [0.2, 1.0])
def test_what_fits_keeps_moving_and_little_waits(kbps: int, queue: float) -> None:
    sending = sent(Bottleneck(kbps * 1000, queue=queue))
    for rid in "lmh":
        whole = rid in LAYERS_SENT[kbps]
        assert (sending.rate(rid, 10, 60) >= 28) is whole, rid
    assert sending.gap("l", 2, 60) < 0.35
    assert sending.link.wait_p95(10, 60) < 0.11
    assert sending.lost <= 60


@pytest.mark.parametrize(("queue", "waits"), [(0.2, 0.18), (1.0, 0.9)])
def test_without_what_the_server_tells_the_queue_is_full(queue: float, waits: float) -> None:
    sending = sent(Bottleneck(500_000, queue=queue), follows=False)
    assert sending.link.wait_p95(10, 60) > waits
    assert sending.lost > 5000
    assert sending.rate("h", 10, 60) < 1


def test_the_encoders_begin_anew_rarely_on_a_thin_line() -> None:
    sending = sent(Bottleneck(500_000), 120.0)
    assert len([at for at, _ in sending.budgets if at > 20]) <= 16


def test_a_wide_way_has_all_layers_within_two_seconds() -> None:
    assert sent(Bottleneck(20e6), 3.0).shown["h"][0] < 2.0


def test_after_a_fall_the_picture_goes_on_and_is_whole_soon_after_the_return() -> None:
    sending = Sending(Bottleneck(4e6))
    sending.run(20)
    sending.link.change(20, 500_000)
    sending.run(50)
    assert sending.gap("l", 20, 50) < 0.6
    assert sending.rate("m", 25, 50) > 25
    assert sending.link.wait_p95(23, 50) < 0.11
    sending.link.change(50, 4e6)
    sending.run(60)
    assert next(at for at in sending.shown["h"] if at > 50) < 55


@pytest.mark.parametrize("loss", [0.05, 0.1])
def test_loss_of_the_path_alone_takes_no_layer(loss: float) -> None:
    sending = sent(Bottleneck(20e6, loss=loss))
    assert min([sending.uplink.budget, *(got for at, got in sending.budgets if at > 5)]) > 2e6


def test_jitter_takes_no_layer() -> None:
    sending = sent(Bottleneck(4e6, delay=0.075, jitter=0.03))
    assert sending.rate("h", 10, 60) >= 28


def test_a_server_that_tells_nothing_or_nonsense_changes_nothing_for_the_worse() -> None:
    uplink, dice, now = Uplink(0.0), Random(1), 0.0
    for number in range(600):
        now += 0.1
        assert uplink.left(1000, now) == number
        uplink.heard(dice.randbytes(60), now)
        uplink.heard(b"\x8f\xcd\x00\x05" + dice.randbytes(20), now)
        uplink.step(2_000_000, 0, now)
        assert uplink.budget >= 40_000
