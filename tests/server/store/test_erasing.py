from pathlib import Path

from sqlalchemy import select, true

from server.store.consent_tables import ConsentRow, ExceptionRow
from server.store.erasing import erase
from server.store.pupil_tables import KnownPupilRow
from server.store.school_tables import PupilRow
from server.store.tables import LessonRow, PersonRow
from tests.support.paired import NOW, Campus, Paired, paired
from tests.support.rostered import by_roster, enrol, pupil

GANG, MING, HONG = "小刚", "小明", "小红"


async def counted(schools: Paired, at: Campus) -> None:
    """One joined a lesson from home, one is not to be recorded, one is nowhere else."""
    await by_roster(schools.database, at)
    async with schools.database.transaction() as session:
        session.add(LessonRow(id="held", title="", planned_seconds=2400.0, created=NOW))
        await session.flush()
        session.add(KnownPupilRow(participant="p", lesson="held", pupil=pupil(at, GANG)))
        session.add(PersonRow(participant="p", lesson="held", name=GANG))
        consent = ConsentRow(id="c", class_group=at.group.id, at=NOW, declared_by="a", form="f")
        consent.signed_on, consent.exceptions = NOW.date(), 1
        consent.withdrawn, consent.why = False, ""
        session.add(consent)
        await session.flush()
        session.add(ExceptionRow(consent="c", pupil=pupil(at, MING)))


async def test_whoever_is_counted_stays_without_a_name_and_nobody_else_stays(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        town = schools.town
        await counted(schools, town)
        await by_roster(schools.database, schools.village)
        async with schools.database.transaction() as session:
            gone = await erase(session, PupilRow.class_group == town.group.id, NOW)
            assert await erase(session, PupilRow.class_group == town.group.id, NOW) == []
        async with schools.database.transaction() as session:
            kept = {row.id: row for row in await session.scalars(select(PupilRow).where(true()))}
            assert list(await session.scalars(select(PersonRow.name))) == []
        assert len(gone) == 3
        assert {one for one, row in kept.items() if row.name == ""} == {
            pupil(town, GANG),
            pupil(town, MING),
        }
        assert kept[pupil(town, GANG)].left == NOW
        assert pupil(town, HONG) not in kept
        assert kept[pupil(schools.village, HONG)].name == HONG


async def test_nobody_of_another_condition_is_touched(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        await by_roster(schools.database, schools.town)
        await enrol(schools.database, schools.town, ("小华",))
        async with schools.database.transaction() as session:
            await erase(session, PupilRow.name == "小华", NOW)
        async with schools.database.transaction() as session:
            assert len((await session.scalars(select(PupilRow))).all()) == 3
