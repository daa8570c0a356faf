from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.programme.deed import Deed
from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from server.store.audit import Audit, TurnedAway
from server.store.audit_lines import Asked, AuditLines
from server.store.database import open_database
from tests.support.logged import lines_of

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ACTING = Acting(id="p", capacity=Capacity.SCHOOL_ADMIN, organisation="o", looks_after=None)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="o", looks_after=None)
AWAY = TurnedAway(
    id="1",
    at=NOW,
    account="",
    capacity="",
    organisation="",
    deed=Deed.SIGN_IN_REFUSED,
    address="10.0.0.8",
    times=1,
)


async def test_a_line_says_when_who_did_what_to_what(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        written: list[tuple[str, Action | Deed]] = [
            ("x", Action.CHANGE_ROOM),
            ("y", Action.CHANGE_ROOM),
            ("x", Deed.SIGN_OUT),
        ]
        for number, (subject, done) in enumerate(written):
            at = NOW + timedelta(minutes=number)
            line = audit.Entry(id=str(number), at=at, acting=ACTING, action=done)
            async with database.transaction() as session:
                audit.write(session, line, subject)
        found = await lines_of(database, "x")
    assert found == [
        (NOW, "p", Action.CHANGE_ROOM),
        (NOW + timedelta(minutes=2), "p", Deed.SIGN_OUT),
    ]


async def test_a_refused_sign_in_counts_on_in_its_line(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        for line in (AWAY, replace(AWAY, times=3, at=NOW + timedelta(seconds=5)), AWAY):
            await Audit(database).count([line])
        found = await AuditLines(database).seen_by(ADMIN, Asked(until=NOW + timedelta(hours=1)))
    assert [(one.at, one.by, one.capacity, one.address, one.times) for one in found] == [
        (NOW, None, None, "10.0.0.8", 3)
    ]
