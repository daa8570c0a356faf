"""Paper forms as files: what was photographed or scanned, named by what is in it. Blocking."""

import hashlib
import re
from pathlib import Path
from threading import Lock

from server.store.whole_files import keep_whole

FOLDER = "forms"
"""In the data folder."""
_ALONE = Lock()
_NAME = re.compile(r"[0-9a-f]{64}\.(pdf|jpg|png)")
_BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def kind_of(data: bytes) -> str | None:
    """What kind of file it is, by how it begins; none if it is no picture and no PDF."""
    return next((kind for begin, kind in _BEGINNINGS.items() if data.startswith(begin)), None)


def keep(data_folder: Path, data: bytes, kind: str) -> str:
    """Keep a form, as `keep_whole` does; the name that it is found by. Twice the same is one."""
    name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
    whole = data_folder / FOLDER / name
    # Until it is whole it has but one name too, and two who wrote there would undo each other.
    with _ALONE:
        if not whole.exists():
            keep_whole(whole, data)
    return name


def path_of(data_folder: Path, name: str) -> Path | None:
    """Where a form lies; none if there is no such one."""
    if _NAME.fullmatch(name) is None:
        return None
    path = data_folder / FOLDER / name
    return path if path.is_file() else None
