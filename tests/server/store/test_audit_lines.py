from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.actions.acting import OPERATOR, entry
from server.programme.rights import Action
from server.store import audit
from server.store.audit_lines import AuditLines
from server.store.database import open_database
from tests.support.paired import pair

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


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
        found = await AuditLines(database).seen_by(OPERATOR, NOW + timedelta(seconds=1), None)
    # Lines of one millisecond stand in any order.
    assert sorted(line.subject for line in found if line.at == NOW) == sorted(named.values())
