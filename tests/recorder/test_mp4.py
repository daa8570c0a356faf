"""Fragmented MP4: read by FFmpeg, found again fragment by fragment."""

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder import mp4
from recorder.samples import Sample
from tests.support.encoded import sounds

PACKETS = [frame.data for frame in sounds(1)]


def opus_file() -> tuple[bytes, list[int]]:
    """A second of sound in five fragments, and where each of them ends."""
    writer = mp4.opus_writer()
    data, ends = writer.init, []
    for first in range(0, 50, 10):
        samples = [
            Sample(PACKETS[n], n * 0.02, (n + 1) * 0.02, True) for n in range(first, first + 10)
        ]
        data += writer.fragment(samples)
        ends.append(len(data))
    return data, ends


FILE, ENDS = opus_file()
HEAD = mp4.init_length(FILE)


def test_ffmpeg_reads_what_was_written() -> None:
    with av.open(io.BytesIO(FILE), "r") as container:
        stream = container.streams.audio[0]
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
        assert packets == PACKETS
        assert stream.codec_context.name == "opus"


def test_a_later_fragment_plays_after_the_head_at_its_own_time() -> None:
    alone = FILE[:HEAD] + FILE[ENDS[2] : ENDS[3]]
    with av.open(io.BytesIO(alone), "r") as container:
        times = [
            float(packet.pts * packet.time_base)
            for packet in container.demux(container.streams.audio[0])
            if packet.pts is not None and packet.time_base is not None
        ]
    assert times == pytest.approx([0.6 + n * 0.02 for n in range(10)])


def test_fragments_are_found_again() -> None:
    found = list(mp4.spans(FILE, HEAD, mp4.timescale_of(FILE)))
    assert [one.start for one in found] == pytest.approx([n * 0.2 for n in range(5)])
    assert [one.end for one in found] == pytest.approx([n * 0.2 + 0.2 for n in range(5)])
    assert [one.offset + one.length for one in found] == ENDS
    assert all(one.key for one in found)


def test_a_picture_says_whether_it_is_a_key_frame() -> None:
    writer = mp4.vp9_writer((64, 48))
    keys = [True, False, True]
    data = writer.init + b"".join(
        writer.fragment([Sample(b"picture", float(n), n + 1.0, key)]) for n, key in enumerate(keys)
    )
    found = list(mp4.spans(data, mp4.init_length(data), mp4.timescale_of(data)))
    assert [one.key for one in found] == keys


def test_times_of_samples_never_stand_still() -> None:
    writer = mp4.opus_writer()
    data = writer.fragment([Sample(b"a", 0.0, 0.0, True)])
    (found,) = mp4.spans(data, 0, 48_000)
    assert found.end > found.start


@given(st.integers(0, len(FILE)))
def test_a_file_cut_anywhere_has_its_whole_fragments(size: int) -> None:
    torn = FILE[:size]
    assert mp4.init_length(torn) == (HEAD if size >= HEAD else 0)
    found = list(mp4.spans(torn, HEAD, 48_000))
    assert len(found) == sum(end <= size for end in ENDS)


@given(st.binary(max_size=200))
def test_garbage_holds_nothing(data: bytes) -> None:
    assert mp4.init_length(data) == 0
    assert list(mp4.spans(data, 0, 48_000)) == []


def test_mime_types_are_what_media_source_knows() -> None:
    assert mp4.opus_writer().mime == 'audio/mp4; codecs="opus"'
    assert mp4.vp9_writer((640, 360)).mime == 'video/mp4; codecs="vp09.00.31.08"'
    sps = bytes((0x67, 0x42, 0xE0, 0x1F))
    assert mp4.h264_writer(sps, b"\x68", (640, 360)).mime == 'video/mp4; codecs="avc3.42e01f"'


def test_a_file_without_a_media_header_has_no_clock() -> None:
    with pytest.raises(ValueError, match="no media header"):
        mp4.timescale_of(b"ftyp")
