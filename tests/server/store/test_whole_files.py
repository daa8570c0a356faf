import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.database import StoreUnavailableError
from server.store.whole_files import keep_whole

MOST = 4096


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file grows beyond `MOST` bytes: the kernel refuses in the midst of writing."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, before)


@pytest.mark.usefixtures("small_disk")
def test_of_a_file_that_the_disk_does_not_take_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "whole.pdf"
    with pytest.raises(StoreUnavailableError):
        keep_whole(path, bytes(MOST + 1))
    assert list(path.parent.iterdir()) == []
    keep_whole(path, bytes(MOST))
    assert path.stat().st_size == MOST
