import pytest

from bench.layers import films, measured
from signaling.events import Codec

pytestmark = pytest.mark.slow


async def test_a_row_says_what_each_layer_took() -> None:
    row = await measured(Codec.H264, films(15), 15, "three layers", 0.5)
    assert row.kbps.keys() == {"l", "m", "h"}
    assert row.cores > 0
    assert row.picture_ms_p99 > 0
