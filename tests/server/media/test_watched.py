from server.media.allocation import Plan, Quality
from server.media.watched import KEEP, Watched
from signaling.ids import SourceId

A, B = SourceId("a/camera"), SourceId("b/screen")


def plan(source: SourceId, layer: int | None) -> Plan:
    row = None if layer is None else Quality(layer, 0, 180, 1e5)
    return Plan(rows={source: row})


def test_what_somebody_gets_is_sent() -> None:
    found = Watched().step([plan(A, 0), plan(A, 2), plan(B, None)], 0.0)
    assert found == {A: frozenset({0, 2})}


def test_what_nobody_gets_any_more_is_sent_a_little_longer() -> None:
    watched = Watched()
    watched.step([plan(A, 2)], 0.0)
    assert watched.step([plan(A, 0)], KEEP - 0.1) == {A: frozenset({0, 2})}
    assert watched.step([plan(A, 0)], KEEP + 0.1) == {A: frozenset({0})}
    assert watched.step([], 3 * KEEP) == {}


def test_a_still_takes_the_smallest_layer() -> None:
    assert Watched().step([Plan(rows={B: None}, stills=frozenset({B}))], 0.0) == {B: frozenset({0})}


def test_a_source_that_ended_is_forgotten() -> None:
    watched = Watched()
    watched.step([plan(A, 1), plan(B, 0)], 0.0)
    watched.forget(A)
    assert watched.step([], 0.1) == {B: frozenset({0})}
