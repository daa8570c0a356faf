from server.media.keyframes import LIMIT, PATIENCE, TRIES, KeyFrameRequests


def test_nothing_is_due_before_anybody_wishes() -> None:
    requests = KeyFrameRequests()
    assert requests.deadline() is None
    assert not requests.due(10.0)


def test_many_wishes_are_one_request() -> None:
    requests = KeyFrameRequests()
    for _ in range(50):
        requests.ask()
    assert requests.due(1.0)
    requests.ask()
    assert not requests.due(1.0 + LIMIT)


def test_a_request_without_an_answer_is_repeated() -> None:
    requests = KeyFrameRequests()
    requests.ask()
    assert requests.due(1.0)
    assert not requests.due(1.0 + PATIENCE - 0.01)
    assert requests.due(1.0 + PATIENCE)


def test_a_key_frame_answers_all_wishes_until_then() -> None:
    requests = KeyFrameRequests()
    requests.ask()
    assert requests.due(1.0)
    requests.arrived()
    assert requests.deadline() is None


def test_a_later_wish_is_a_new_one_but_waits_for_the_limit() -> None:
    requests = KeyFrameRequests()
    requests.ask()
    assert requests.due(1.0)
    requests.arrived()
    requests.ask()
    assert requests.deadline() == 1.0 + LIMIT
    assert not requests.due(1.0 + LIMIT - 0.01)
    assert requests.due(1.0 + LIMIT)


def test_a_publisher_that_never_answers_is_left_alone_until_the_next_wish() -> None:
    requests = KeyFrameRequests()
    requests.ask()
    sent = 0
    while (at := requests.deadline()) is not None:
        sent += requests.due(max(at, 0.0))
    assert sent == TRIES
    requests.ask()
    assert requests.due(100.0)
