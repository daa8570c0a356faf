import math

from server.media.every import Every


def test_it_says_yes_once_per_period() -> None:
    every = Every(2.0)
    assert [every.due(at) for at in (0.0, 1.0, 1.9, 2.0, 3.5, 4.0)] == [
        *(True, False, False),
        *(True, False, True),
    ]


def test_it_tells_when_that_will_be() -> None:
    every = Every(2.0)
    assert every.at == -math.inf
    assert every.due(1.0)
    assert every.at == 3.0
