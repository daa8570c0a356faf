from pathlib import Path

from sqlalchemy import text

from server.store.database import open_database


async def test_a_school_that_goes_takes_its_line_along(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database, database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO organisation (id, kind, name, region) VALUES ('s', 'school', 'n', '1')"
            )
        )
        await session.execute(
            text("INSERT INTO link_budget VALUES ('s', 2000, 500, 'typed', '2026-11-25 00:00:00')")
        )
        await session.execute(
            text(
                "INSERT INTO link_step VALUES"
                " ('x', 's', 'lesson', '2026-11-25 00:00:00', 'low', 'narrow', NULL)"
            )
        )
        await session.execute(text("DELETE FROM organisation"))
        for table in ("link_budget", "link_step"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
