"""Fragments joined into segments."""

from recorder.samples import Grouper, Span


def span(start: float, offset: int, key: bool) -> Span:
    return Span(start, start + 0.4, offset, 10, key)


def test_a_segment_of_a_picture_begins_at_each_key_frame() -> None:
    grouper = Grouper(sound=False)
    done = [
        grouper.add(span(n * 0.4, n * 10, key)) for n, key in enumerate([True, False, True, True])
    ]
    assert done[:3] == [None, None, Span(0.0, 0.8, 0, 20, True)]
    last = grouper.finish()
    assert last is not None
    assert (last.offset, last.length) == (30, 10)
    assert grouper.finish() is None


def test_sound_is_cut_every_four_seconds() -> None:
    grouper = Grouper(sound=True)
    done = [grouper.add(span(n * 0.4, n * 10, True)) for n in range(25)]
    whole = [one for one in done if one is not None]
    assert [(one.offset, one.length) for one in whole] == [(0, 100), (100, 100)]
