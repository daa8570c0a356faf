"""The folder of a lesson: its journal, manifest and media; the unit of backup and deleting."""

from pathlib import Path

from signaling.journal import Journal, read

LESSONS = "lessons"
JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"


def lesson_folder(data: Path, lesson: str) -> Path:
    """Where a lesson lies in a data folder."""
    return data / LESSONS / lesson


def read_journal(folder: Path) -> Journal:
    """A lesson's journal as it stands; empty before its lobby opened. Blocking.

    Raises:
        UnreadableJournalError: a newer server wrote it.
    """
    try:
        return read((folder / JOURNAL).read_bytes())
    except FileNotFoundError:
        return read(b"")
