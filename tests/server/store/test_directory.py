from pathlib import Path

from server.store.directory import Directory
from tests.support.paired import paired


async def test_people_and_schools_are_named_by_their_ids(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        directory = Directory(schools.database)
        person, school = schools.town.teacher, schools.town.school
        assert await directory.people([person.id, "nobody"]) == {person.id: "张老师"}
        assert await directory.organisations([school.id, "nowhere"]) == {school.id: school}
