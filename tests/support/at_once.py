"""Two who write at once, of whom the second comes when the first is about to be done."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.sql import Executable

from server.store.database import Database

T = TypeVar("T")
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


async def while_written(
    database: Database, first: Sequence[Executable], second: Coroutine[Any, Any, T]
) -> T:
    """Do `second` while `first` is written and not committed yet.

    It is committed as soon as the second begins to write, and so has read what it reads before
    that, or is done.
    """
    begun = asyncio.Event()

    def notice(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(_WRITES):
            begun.set()

    async with database.transaction() as session:
        for statement in first:
            await session.execute(statement)
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", notice)
        task = asyncio.create_task(second)
        task.add_done_callback(lambda _: begun.set())
        await begun.wait()
        event.remove(engine, "before_cursor_execute", notice)
    return await task
