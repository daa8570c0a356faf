"""What the commands have in common that work in the database of a data folder."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from server.settings import described, read_settings

if TYPE_CHECKING:
    from server.store.database import Database

T = TypeVar("T")

Data = Annotated[Path | None, typer.Option(help=described("data"))]


def in_database(
    config: Path | None, data: Path | None, work: "Callable[[Database], Awaitable[T]]"
) -> T:
    """Do something in the database of a data folder."""
    from server.store.database import open_database

    folder = data_folder(config, data)

    async def opened() -> T:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        async with open_database(folder) as database:
            return await work(database)

    return asyncio.run(opened())


def data_folder(config: Path | None, data: Path | None) -> Path:
    """The data folder that a command is about."""
    return read_settings(config, data=data).data


def utc() -> datetime:
    """Now."""
    return datetime.now(UTC)


def show(value: T, as_json: bool, words: Callable[[T], str]) -> None:
    """Print what was done, in words or as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2) if as_json else words(value))
