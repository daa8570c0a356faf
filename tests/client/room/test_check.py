import json
from pathlib import Path

import pytest

from client.room.check import Found, report, said
from client.room.passing import Why
from signaling.events import Kind
from tests.support.cameras import cameras
from tests.support.clips import write_clip


@pytest.mark.slow
def test_each_camera_is_named_with_what_becomes_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mkv"
    write_clip(clip, source=5, seconds=1, rate=15)
    with cameras() as base:
        pictures = {
            Kind.CAMERA: f"{base}/passes",
            Kind.CLASS_CAMERA: f"{base}/h265",
            Kind.SCREEN: str(clip),
        }
        assert report(pictures, f"{base}/aac", as_json=True) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["source"], one["codec"], one["becomes"]) for one in found] == [
        ("camera", "H.264", "passes"),
        ("class_camera", "H.265", "codec"),
        ("screen", "H.264", "file"),
        ("microphone", "AAC", "opus"),
    ]
    assert (found[0]["width"], found[0]["rate"], found[0]["key_seconds"]) == (320, 25, 2.0)


def test_what_can_not_be_read_is_told_without_its_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report({Kind.CAMERA: "rtsp://a:secret@127.0.0.1:9/x"}, "/no/such", as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "secret" not in lines[0]


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "C"])
@pytest.mark.parametrize("becomes", [*Why, "passes", "file", "trouble"])
def test_there_is_a_sentence_for_each_end(
    monkeypatch: pytest.MonkeyPatch, language: str, becomes: str
) -> None:
    monkeypatch.setenv("LANG", language)
    trouble = "x" if becomes == "trouble" else ""
    told = said(Found(source="camera", codec="H.264", becomes=becomes, trouble=trouble))
    assert told[-1] in "。."
    assert "camera" in told
