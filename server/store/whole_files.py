"""Files that people send: each is kept whole or not at all. Blocking."""

from pathlib import Path

from recorder.files import Disk
from server.store.database import StoreUnavailableError


def keep_whole(path: Path, content: bytes) -> None:
    """Keep a file, so that it is there after a power cut; its folder is its owner's alone.

    Raises:
        StoreUnavailableError: the disk does not take it; nothing of it stays.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Disk().replace(path, content)
    except OSError as error:
        raise StoreUnavailableError(str(error)) from error
