"""A backup on disk: files, and a list of them that is written last and names each with its hash.

    backup.json      the list, with a hash of its own; without it there is no backup
    tongke-files/    the files, as they lie in the data folder

A file that the list names is never written over: what has changed lies beside it under the same
name with `~` until the next list is there. So a backup that is cut short leaves the one before
whole. Blocking.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from recorder.files import Disk

LIST = "backup.json"
FILES = "tongke-files"
VERSION = 1
READABLE = ConfigDict(extra="ignore")
"""Later versions only add; what is not known is left out."""

_FORM = re.compile(rb'\{"sha256":"([0-9a-f]{64})","backup":(.*)\}\n', re.DOTALL)


def _inside(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or {"", ".", ".."} & set(parts):
        raise ValueError("it leads out of the folder")
    return path


Inner = Annotated[str, AfterValidator(_inside)]
"""A path that stays inside its folder, with `/`."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Kept:
    """One file."""

    path: Inner
    """Where it lies in the data folder."""
    name: Inner
    """Where it lies under `tongke-files`."""
    size: int
    """In bytes."""
    sha256: str
    """Of its bytes, in hexadecimal."""
    mode: int
    """Its permissions."""
    stamp: tuple[int, int] | None
    """Size and time (ns) of the file it was copied from; none if that was still changing."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Backup:
    """The list."""

    version: int = VERSION
    """Of this language; fields are only added."""
    made: str
    """When, in UTC."""
    database: str | None
    """The newest migration of its database."""
    under_way: tuple[str, ...]
    """Lessons that had not ended: they are there up to that moment."""
    files: tuple[Kept, ...]
    """By their paths."""


_BACKUP: TypeAdapter[Backup] = TypeAdapter(Backup)


def read(folder: Path) -> Backup | None:
    """The list of a complete backup; none if there is none or a byte of it has changed."""
    try:
        found = _FORM.fullmatch((folder / LIST).read_bytes())
    except FileNotFoundError:
        return None
    if found is None or hashlib.sha256(found[2]).hexdigest().encode() != found[1]:
        return None
    try:
        return _BACKUP.validate_json(found[2])
    except ValidationError:
        return None


def write(folder: Path, backup: Backup) -> None:
    """Make a backup complete, at once and for good."""
    body = _BACKUP.dump_json(backup)
    digest = hashlib.sha256(body).hexdigest().encode()
    Disk().replace(folder / LIST, b'{"sha256":"' + digest + b'","backup":' + body + b"}\n")


def by_path(backup: Backup | None) -> dict[str, Kept]:
    """The files of a backup by where they lie in the data folder."""
    return {kept.path: kept for kept in backup.files} if backup else {}


def free_name(path: str, last: Backup | None) -> str:
    """Under which name a file is written, so that none of the last backup is written over."""
    taken = by_path(last).get(path)
    return f"{path}~" if taken is not None and taken.name == path else path


def sweep(folder: Path, keep: Iterable[Kept]) -> None:
    """Remove what a backup does not name: of the one before it, or of one that was cut short."""
    files = folder / FILES
    names = {kept.name for kept in keep}
    for path in _deepest_first(files):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(files).as_posix() not in names:
            path.unlink()


def _deepest_first(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, topdown=False):
        yield from (Path(root, name) for name in (*files, *folders))
