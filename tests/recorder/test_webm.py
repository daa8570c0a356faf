"""WebM: read by FFmpeg, found again cluster by cluster."""

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder import webm
from recorder.samples import Sample
from signaling.events import Codec
from tests.support.encoded import pictures

FRAMES = pictures(Codec.VP8, 2, every=10)


def vp8_file() -> tuple[bytes, list[int]]:
    """Two seconds in six clusters, and where each of them ends."""
    writer = webm.WebmWriter((160, 120))
    data, ends = writer.init, []
    for first in range(0, 30, 5):
        samples = [
            Sample(frame.data, frame.time, frame.time + 1 / 15, frame.key)
            for frame in FRAMES[first : first + 5]
        ]
        data += writer.fragment(samples)
        ends.append(len(data))
    return data, ends


FILE, ENDS = vp8_file()
HEAD = webm.init_length(FILE)


def test_ffmpeg_reads_what_was_written() -> None:
    with av.open(io.BytesIO(FILE), "r") as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [bytes(packet) for packet in packets] == [frame.data for frame in FRAMES]
    assert [packet.is_keyframe for packet in packets] == [frame.key for frame in FRAMES]
    assert [packet.pts for packet in packets] == [round(frame.time * 1000) for frame in FRAMES]


def test_clusters_are_found_again() -> None:
    found = list(webm.spans(FILE, HEAD))
    assert [one.offset + one.length for one in found] == ENDS
    assert found[0].offset == HEAD
    assert [one.key for one in found] == [FRAMES[first].key for first in range(0, 30, 5)]
    assert found[1].start == pytest.approx(5 / 15, abs=0.001)
    assert found[-1].end == pytest.approx(2.0, abs=0.001)


def test_a_cluster_of_one_frame_says_whether_it_is_a_key_frame() -> None:
    writer = webm.WebmWriter((64, 48))
    data = b"".join(
        writer.fragment([Sample(b"frame", float(n), n + 1.0, key)])
        for n, key in enumerate([True, False])
    )
    assert [one.key for one in webm.spans(data, 0)] == [True, False]


@given(st.integers(0, len(FILE)))
def test_a_file_cut_anywhere_has_its_whole_clusters(size: int) -> None:
    torn = FILE[:size]
    assert webm.init_length(torn) == (HEAD if size >= HEAD else 0)
    assert len(list(webm.spans(torn, HEAD))) == sum(end <= size for end in ENDS)


@given(st.binary(max_size=200))
def test_garbage_holds_nothing(data: bytes) -> None:
    assert webm.init_length(data) == 0
    assert list(webm.spans(data, 0)) == []
