from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from client.room.encoders import BLOCK
from client.room.feeds import pictures, sounds, why_not
from tests.support.clips import write_clip
from tests.support.stripes import Stripe, grey, read


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=5, seconds=1, rate=15)
    return path


def test_a_film_begins_anew_and_its_time_goes_on(clip: Path) -> None:
    shots = list(islice(pictures(str(clip))(0.0), 40))
    assert [read(grey(shot.frame)) for shot in shots] == [Stripe(5, n % 15) for n in range(40)]
    steps = np.diff([shot.at for shot in shots])
    assert shots[0].at == pytest.approx(0, abs=0.002)
    assert steps == pytest.approx(1 / 15, abs=0.005)


def test_sound_goes_on_in_even_blocks_over_the_end_of_its_file(clip: Path) -> None:
    blocks = list(islice(sounds(str(clip))(0.0), 140))
    assert {len(block.samples) for block in blocks} == {BLOCK}
    assert [block.ticks for block in blocks] == [n * BLOCK for n in range(140)]
    assert [block.at for block in blocks] == pytest.approx([n / 50 for n in range(140)])


def test_picture_and_sound_of_one_file_stay_together(clip: Path) -> None:
    flashes = [
        shot.at
        for shot in islice(pictures(str(clip))(0.0), 45)
        if grey(shot.frame)[300:].mean() > 250
    ]
    beeps = [
        block.at
        for block in islice(sounds(str(clip))(0.0), 150)
        if np.abs(block.samples.astype(int)).mean() > 1000
    ]
    assert begins(flashes) == pytest.approx([0, 1, 2], abs=0.03)
    assert begins(beeps) == pytest.approx([0, 1, 2], abs=0.03)


def begins(moments: list[float]) -> list[float]:
    """The first moment of each group."""
    return [at for at, before in zip(moments, [-1.0, *moments], strict=False) if at - before > 0.3]


def test_what_can_not_be_sent_is_named(clip: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no film")
    assert why_not(str(clip), sound=True) is None
    assert why_not(str(clip), sound=False) is None
    assert "missing.mp4" in (why_not(str(tmp_path / "missing.mp4"), sound=False) or "")
    assert "text.txt" in (why_not(str(text), sound=False) or "")


def test_a_file_without_sound_is_named(tmp_path: Path, clip: Path) -> None:
    import av

    silent = tmp_path / "silent.mkv"
    with av.open(str(clip)) as source, av.open(str(silent), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert "no sound" in (why_not(str(silent), sound=True) or "")


def test_a_device_may_come_later() -> None:
    assert why_not("/dev/video9", sound=False) is None
    assert why_not("alsa:hw:0", sound=True) is None
