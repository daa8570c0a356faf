from server.media.watched import KEEP, Watched
from signaling.ids import SourceId

A, B = SourceId("a/camera"), SourceId("b/screen")


def test_what_somebody_gets_is_sent_and_the_lowest_beside_it() -> None:
    found = Watched().step([(A, 1), (A, 2), (B, 0)], 0.0)
    assert found == {A: frozenset({0, 1, 2}), B: frozenset({0})}
    assert Watched().step([(A, 2)], 0.0) == {A: frozenset({0, 2})}


def test_what_nobody_gets_any_more_is_sent_a_little_longer() -> None:
    watched = Watched()
    watched.step([(A, 2)], 0.0)
    assert watched.step([(A, 0)], KEEP - 0.1) == {A: frozenset({0, 2})}
    assert watched.step([(A, 0)], KEEP + 0.1) == {A: frozenset({0})}
    assert watched.step([], 3 * KEEP) == {}
