from server.media.every import Every


def test_it_says_yes_once_per_period() -> None:
    every = Every(2.0)
    assert [every.due(at) for at in (0.0, 1.0, 1.9, 2.0, 3.5, 4.0)] == [
        *(True, False, False),
        *(True, False, True),
    ]


def test_asking_whether_it_is_over_begins_nothing() -> None:
    every = Every(2.0)
    assert every.is_over(0.0)
    assert every.due(0.0)
    assert [every.is_over(at) for at in (1.9, 2.0, 3.0)] == [False, True, True]
    assert every.due(3.0)
