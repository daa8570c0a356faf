"""The note in a restored data folder of the days whose deletions nobody could tell it. Blocking."""

from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from recorder.files import Disk

NOTE = "restored.json"
"""In the data folder, and in its backups, until somebody has checked those days by hand."""


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Days of which it is not known what was deleted."""

    since: datetime
    """When the backup was made."""
    until: datetime
    """When it was restored."""


_UNKNOWN: TypeAdapter[Unknown] = TypeAdapter(Unknown)


def read(folder: Path) -> Unknown | None:
    """The days to be checked; none if there are none."""
    try:
        return _UNKNOWN.validate_json((folder / NOTE).read_bytes())
    except (OSError, ValidationError):
        return None


def note(folder: Path, days: list[Unknown]) -> Unknown | None:
    """Note days beside each other as one time, from the first to the last; nothing where none."""
    if not days:
        return None
    whole = Unknown(
        since=min(one.since for one in days),
        until=max(one.until for one in days),
    )
    Disk().replace(folder / NOTE, _UNKNOWN.dump_json(whole))
    return whole
