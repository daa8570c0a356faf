"""Both directions of the recorder's boundary survive the line."""

import pytest
from pydantic import ValidationError

from recorder.requests import NOTICE, REQUEST, Gap, Notice, OpenSource, Ready, SpaceStep
from signaling.boundary import Lines, encode
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId

OPEN = OpenSource(
    lesson=LessonId("l"), source=SourceId("p/s"), handle=7, kind=Kind.SCREEN, codec=Codec.VP9
)


def test_a_request_is_read_as_it_was_written() -> None:
    lines = Lines(REQUEST)
    data = encode(REQUEST, OPEN)
    assert lines.feed(data[:9]) == []
    assert lines.feed(data[9:]) == [OPEN]


@pytest.mark.parametrize(
    "notice",
    [
        Ready(),
        SpaceStep(lesson=LessonId("l"), step="stopped"),
        Gap(
            lesson=LessonId("l"),
            source=SourceId("p/s"),
            start=1.0,
            end=2.5,
            reason=GapReason.NO_SPACE,
        ),
    ],
)
def test_a_notice_is_read_as_it_was_written(notice: Notice) -> None:
    assert Lines(NOTICE).feed(encode(NOTICE, notice)) == [notice]


def test_a_server_that_names_no_device_is_understood() -> None:
    text = b'{"type":"open_source","lesson":"l","source":"p/s","handle":7,"kind":"screen"'
    assert REQUEST.validate_json(text + b',"codec":"vp9"}') == OPEN


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(ValidationError):
        REQUEST.validate_json(b'{"type":"open_sauce"}')
