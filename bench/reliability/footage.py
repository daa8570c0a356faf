"""What the host's camera sees: real movement, as Chromium takes it for a camera. Blocking."""

import itertools
import os
import tempfile
from pathlib import Path

import av

from server.footage import find_clips

WIDTH, HEIGHT, RATE = 1280, 720, 15
FRAMES = 62
"""Of the clip, shown forth and back, so that nothing jumps where it begins anew."""


def camera() -> Path:
    """The footage as YUV4MPEG2, made once.

    Raises:
        FootageError: the clip is not installed.
    """
    path = Path(tempfile.gettempdir(), f"tongke-reliability-{RATE}.y4m")
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        _write(fresh, find_clips()["bigbuckbunny.mp4"])
        fresh.replace(path)
    return path


def _write(path: Path, clip: Path) -> None:
    with av.open(str(clip)) as container:
        decoded = itertools.islice(container.decode(video=0), FRAMES)
        frames = [_planes(frame) for frame in decoded]
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in [*frames, *frames[-2:0:-1]]:
            file.write(b"FRAME\n" + frame)


def _planes(frame: av.VideoFrame) -> bytes:
    return bytes(
        frame.reformat(width=WIDTH, height=HEIGHT, format="yuv420p").to_ndarray().tobytes()
    )
