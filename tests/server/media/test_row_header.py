"""Where the changing elements of a slot's extension block stand."""

from dataclasses import replace

import pytest

from server.media.row_header import extensions_of, has_level, number_at
from signaling.events import Codec
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from tests.support.plane import down_section, numbered

NUMBER, LEVEL = 7, 9


@pytest.mark.parametrize(
    "ids", [{}, {ABS_SEND_TIME: 3}, {AUDIO_LEVEL: LEVEL}, {ABS_SEND_TIME: 3, AUDIO_LEVEL: LEVEL}]
)
@pytest.mark.parametrize("codec", [Codec.OPUS, Codec.VP8])
def test_the_number_stands_behind_its_own_head(ids: dict[str, int], codec: Codec) -> None:
    section = numbered(down_section("a", (codec,), (1,)))
    section = replace(section, extensions={**ids, MID: 4, TRANSPORT_CC: NUMBER})
    block = extensions_of(section)
    assert block[number_at(section) - 1] == NUMBER << 4 | 1
    assert has_level(section) == (codec is Codec.OPUS and len(ids) == 2)
    assert has_level(section) == (bytes([LEVEL << 4]) in block)
