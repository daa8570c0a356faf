"""What follows from a lesson's end: presence folded from the sealed journal and kept."""

from pathlib import Path

from server.store.database import Database


async def close_lesson(data: Path, database: Database, lesson: str) -> None:
    """Fold the presence of a lesson that has ended."""
    raise NotImplementedError
