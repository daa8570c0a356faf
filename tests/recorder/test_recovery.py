"""Folders that a dead recorder left, and folders after a power cut."""

import random
from pathlib import Path

import pytest

from recorder import manifest
from recorder.files import Disk
from recorder.recovery import recover
from signaling.events import Codec, GapReason
from tests.support.disks import RememberingDisk, after_power_cut
from tests.support.encoded import Encoded, pictures, sounds
from tests.support.played import play
from tests.support.tapes import SOURCE, Tape

pytestmark = pytest.mark.slow

CODECS = list(Codec)


def frames_of(codec: Codec, seconds: float) -> list[Encoded]:
    return sounds(seconds) if codec is Codec.OPUS else pictures(codec, seconds, every=30)


def shown(folder: Path) -> float:
    """Decode everything a manifest names; the lesson time up to which there is something."""
    end = 0.0
    for track in manifest.load(folder).tracks:
        for part in track.parts:
            played = play(folder, part)
            lasts = played.samples / 48_000 if played.samples else played.times[-1]
            assert lasts == pytest.approx(part.end - part.start, abs=0.15)
            end = max(end, part.end)
    return end


@pytest.mark.parametrize("codec", CODECS)
def test_a_part_that_nobody_ended_is_whole_up_to_its_last_fragment(
    tmp_path: Path, codec: Codec
) -> None:
    tape = Tape(codec, tmp_path)
    tape.play(frames_of(codec, 7), since=5)
    assert tape.track is not None
    tape.track.close()
    (found,) = recover(Disk(), tmp_path)
    assert (found.source, found.parts, found.opened) == (SOURCE, 1, 1)
    assert found.end is not None
    assert 11.4 < found.end <= 12.01
    assert shown(tmp_path) == found.end
    assert manifest.load(tmp_path) == manifest.rebuild(tmp_path)


@pytest.mark.parametrize("codec", CODECS)
def test_a_torn_fragment_is_cut_off(tmp_path: Path, codec: Codec) -> None:
    tape = Tape(codec, tmp_path)
    tape.play(frames_of(codec, 5))
    assert tape.track is not None
    tape.track.sync()
    tape.track.close()
    (path,) = tmp_path.glob("tracks/*/part-0001.*")
    whole = path.read_bytes()
    sizes = set()
    for torn in range(1, 60, 6):
        path.write_bytes(whole[:-torn])
        index = path.with_name("index.jsonl").read_bytes()
        recover(Disk(), tmp_path)
        sizes.add(path.stat().st_size)
        assert shown(tmp_path) > 4
        path.with_name("index.jsonl").write_bytes(index)
    assert len(sizes) == 1


def test_recovering_twice_changes_nothing(tmp_path: Path) -> None:
    tape = Tape(Codec.H264, tmp_path)
    tape.play(pictures(Codec.H264, 5))
    assert tape.track is not None
    tape.track.close()
    recover(Disk(), tmp_path)
    first = manifest.load(tmp_path)
    (again,) = recover(Disk(), tmp_path)
    assert again.opened == 0
    assert manifest.load(tmp_path) == first


def test_what_follows_is_the_next_part(tmp_path: Path) -> None:
    tape = Tape(Codec.OPUS, tmp_path)
    tape.play(sounds(3))
    tape.close(3.0)
    (found,) = recover(Disk(), tmp_path)
    assert (found.parts, found.opened) == (1, 0)
    assert found.end == pytest.approx(3.0)


def test_a_torn_index_line_is_cut_and_made_again(tmp_path: Path) -> None:
    tape = Tape(Codec.OPUS, tmp_path)
    tape.play(sounds(9))
    tape.close(9.0)
    before = manifest.rebuild(tmp_path)
    (index,) = tmp_path.glob("tracks/*/index.jsonl")
    index.write_bytes(index.read_bytes()[:-7])
    recover(Disk(), tmp_path)
    assert manifest.load(tmp_path) == before


def test_a_folder_without_tracks_is_fine(tmp_path: Path) -> None:
    assert recover(Disk(), tmp_path) == []


def test_a_part_whose_line_was_lost_makes_room_for_another(tmp_path: Path) -> None:
    folder = tmp_path / "tracks" / "p~s"
    folder.mkdir(parents=True)
    (folder / "part-0001.mp4").write_bytes(b"half a head")
    (folder / "index.jsonl").write_bytes(b"")
    assert recover(Disk(), tmp_path) == []
    assert not (folder / "part-0001.mp4").exists()


@pytest.mark.slow
@pytest.mark.parametrize("codec", CODECS)
def test_a_power_cut_at_any_instant_costs_three_seconds_at_most(
    tmp_path: Path, codec: Codec
) -> None:
    chance = random.Random(7)
    clock = [0.0]
    folder = tmp_path / "lesson"
    disk = RememberingDisk(lambda: clock[0])
    tape = Tape(codec, folder, disk)
    synced = 0.0
    for frame in frames_of(codec, 12):
        clock[0] = frame.time
        tape.play([frame])
        if codec is not Codec.OPUS and 6 < frame.time < 6.04:
            tape.source.cutter.stop(GapReason.SLOW_DISK)
            tape.source.cutter.go_on()
        if frame.time - synced >= 2:
            synced = frame.time
            assert tape.track is not None
            tape.track.sync()
    tape.close(12.0)
    for number in range(50):
        cut = chance.randrange(len(disk.acts))
        target = tmp_path / f"cut-{number}"
        target.mkdir()
        after_power_cut(disk.acts[:cut], folder, target, chance)
        recover(Disk(), target)
        assert manifest.load(target) == manifest.rebuild(target)
        assert shown(target) >= disk.acts[cut].when - 3
