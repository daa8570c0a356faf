from pathlib import Path

import pytest

from tests.support.clips import write_clip
from tests.support.rtc import loopback

__all__ = ["loopback"]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=1, seconds=6)
    return path
