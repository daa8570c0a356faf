from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from server.store.database import open_database

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ACTING = Acting(id="p", capacity=Capacity.SCHOOL_ADMIN, organisation="o", looks_after=None)


async def test_the_lines_of_a_thing_come_in_their_order(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        for number, subject in enumerate(("x", "y", "x")):
            action = Action.CHANGE_STAFF if number else Action.CHANGE_ROOM
            at = NOW + timedelta(minutes=number)
            line = audit.Entry(id=str(number), at=at, acting=ACTING, action=action)
            async with database.transaction() as session:
                audit.write(session, line, subject)
        found = await audit.Audit(database).of("x")
    assert found == [
        (NOW, "p", Action.CHANGE_ROOM),
        (NOW + timedelta(minutes=2), "p", Action.CHANGE_STAFF),
    ]
