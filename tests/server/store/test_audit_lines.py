from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.actions.acting import OPERATOR, entry
from server.programme.rights import Action, Capacity
from server.store import audit
from server.store.audit_lines import Asked, AuditLines
from server.store.database import Database, open_database
from tests.support.paired import Campus, pair

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ALL = Asked(until=NOW + timedelta(days=1))


async def write(database: Database, campus: Campus, action: Action, at: datetime) -> None:
    """A line of the campus's teacher."""
    async with database.transaction() as session:
        audit.write(session, entry(campus.acting(), action, at), "")


async def test_things_are_called_by_their_names_and_pupils_by_none(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        town, village = schools.town, schools.village
        named = {
            town.teacher.id: town.teacher.name,
            town.school.id: town.school.name,
            town.group.id: str(town.group.name),
            "a pupil": "",
            f"a pairing {town.school.id} {village.school.id}": "开化县实验小学 – 齐溪镇中心小学",
        }
        for subject in named:
            async with database.transaction() as session:
                audit.write(session, entry(OPERATOR, Action.CHANGE_STAFF, NOW), subject)
        found = await AuditLines(database).seen_by(OPERATOR, ALL)
    # Lines of one millisecond stand in any order.
    assert sorted(line.subject for line in found if line.at == NOW) == sorted(named.values())


async def test_lines_are_found_by_who_what_where_and_when(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        town, village = schools.town, schools.village
        await write(database, town, Action.SEE_PUPILS, NOW)
        await write(database, village, Action.SEE_PUPILS, NOW + timedelta(hours=1))
        await write(database, village, Action.CHANGE_ROOM, NOW + timedelta(hours=2))
        log = AuditLines(database)
        for asked, hours in (
            (ALL, [2, 1, 0]),
            (replace(ALL, who=village.teacher.name[:1]), [2, 1]),
            (replace(ALL, who=town.teacher.login.upper()), [0]),
            (replace(ALL, who="%"), []),
            (replace(ALL, what=Action.SEE_PUPILS), [1, 0]),
            (replace(ALL, organisation=town.school.id), [0]),
            (replace(ALL, since=NOW + timedelta(hours=1)), [2, 1]),
            (replace(ALL, until=NOW + timedelta(hours=2)), [1, 0]),
            (replace(ALL, what=Action.SEE_PUPILS, organisation=village.school.id), [1]),
        ):
            found = [one for one in await log.seen_by(OPERATOR, asked) if one.at >= NOW]
            here = [one for one in found if one.by in (town.teacher.name, village.teacher.name)]
            assert [(one.at - NOW) // timedelta(hours=1) for one in here] == hours, asked
            assert await log.count(OPERATOR, replace(asked, since=asked.since or NOW), 9) == len(
                hours
            )
        assert await log.count(OPERATOR, ALL, 2) == 2
        assert {"see_pupils", "change_room"} <= set(await log.done())
        assert "inspect_lesson" not in await log.done()


async def test_a_filter_does_not_widen_what_somebody_may_see(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        await write(database, schools.village, Action.SEE_PUPILS, NOW)
        acting = schools.town.acting(Capacity.SCHOOL_ADMIN)
        for asked in (
            replace(ALL, organisation=schools.village.school.id),
            replace(ALL, who=schools.village.teacher.name),
        ):
            assert await AuditLines(database).seen_by(acting, asked) == []


async def test_lines_of_one_moment_are_paged_through_without_loss(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        town = (await pair(database)).town
        for _ in range(5):
            await write(database, town, Action.CHANGE_ROOM, NOW)
        log, acting, found = AuditLines(database), town.acting(Capacity.SCHOOL_ADMIN), set[str]()
        piece = await log.seen_by(acting, ALL, None, 2)
        while piece:
            found |= {one.id for one in piece}
            piece = await log.seen_by(acting, ALL, piece[-1].id, 2)
        assert len(found) == 5
        assert await log.seen_by(acting, ALL, "none") == []
