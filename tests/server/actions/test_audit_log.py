import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.actions import audit_log
from server.actions.acting import OPERATOR, entry
from server.documents.tables import BOM
from server.documents.words import Language, of_audit
from server.programme.deed import Deed
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from server.store.audit_lines import Asked
from server.store.database import Database, open_database
from tests.support.paired import Campus, pair
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)
ALL = Asked(until=LATER)
WORDS = Path(__file__).parents[3] / "client" / "browser" / "locale"


def admin(campus: Campus) -> Acting:
    school = campus.school
    return Acting(
        id=campus.teacher.id,
        capacity=Capacity.SCHOOL_ADMIN,
        organisation=school.id,
        looks_after=None,
    )


async def log(database: Database, acting: Acting, action: Action, subject: str, at: int) -> None:
    async with database.transaction() as session:
        audit.write(session, entry(acting, action, NOW + timedelta(minutes=at)), subject)


async def test_a_school_reads_what_its_own_people_did_and_to_what(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        town, village = admin(schools.town), admin(schools.village)
        await log(database, village, Action.CHANGE_CLASS_GROUP, schools.village.group.id, 0)
        await log(database, village, Action.REMOVE_PUPIL, "a pupil", 1)
        await log(database, town, Action.CHANGE_STAFF, schools.town.teacher.id, 2)
        found = await audit_log.lines(database, village, ALL)
    assert [(line["action"], line["subject"]) for line in found["lines"][:2]] == [
        ("remove_pupil", ""),
        ("change_class_group", str(schools.village.group.name)),
    ]
    assert {line["organisation"] for line in found["lines"]} == {schools.village.school.name}
    assert found["lines"][0]["by"] == schools.village.teacher.name


async def test_the_operator_is_for_whoever_answers_for_the_server(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        await log(database, OPERATOR, Action.CHANGE_ORGANISATION, schools.town.school.id, 0)
        found = await audit_log.lines(database, OPERATOR, ALL)
        of_school = await audit_log.lines(database, admin(schools.town), ALL)
    newest = found["lines"][0]
    assert (newest["by"], newest["organisation"]) == (None, None)
    assert newest["subject"] == schools.town.school.name
    assert newest["id"] not in {line["id"] for line in of_school["lines"]}


async def test_older_lines_follow_one_another_and_a_day_bounds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "MOST_SHOWN", 2)
    async with open_database(tmp_path) as database:
        acting = admin((await pair(database)).town)
        for minute in range(5):
            await log(database, acting, Action.CHANGE_ROOM, str(minute), minute)
        asked = Asked(until=NOW + timedelta(minutes=4))
        first = await audit_log.lines(database, acting, asked)
        second = await audit_log.lines(database, acting, asked, first["lines"][-1]["id"])
    minutes = [line["at"][14:16] for line in (*first["lines"], *second["lines"])]
    assert minutes == ["03", "02", "01", "00"]
    assert first["more"]


async def test_a_teacher_is_told_of_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        town = (await pair(database)).town
        await log(database, town.acting(), Action.PLAN_LESSON, "a lesson", 0)
        assert (await audit_log.lines(database, town.acting(), ALL))["lines"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_action_has_a_sentence(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    assert {f"audit.do.{done}" for done in (*Action, *Deed)} <= set(words)


@pytest.mark.parametrize("language", Language)
def test_the_file_has_the_words_of_the_page(language: Language) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    for done in (*Action, *Deed):
        assert of_audit(f"do.{done}", language) == words[f"audit.do.{done}"]
    for capacity in Capacity:
        assert of_audit(f"capacity.{capacity}", language)


async def test_a_file_holds_every_line_asked_for_and_is_a_line_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PIECE", 2)
    async with open_database(tmp_path) as database:
        acting = admin((await pair(database)).town)
        for minute in range(5):
            await log(database, acting, Action.CHANGE_ROOM, "", minute)
        await log(database, acting, Action.CHANGE_STAFF, "", 5)
        asked = Asked(until=LATER, what=Action.CHANGE_ROOM)
        made = await audit_log.file(database, acting, asked, LATER, Language.ZH)
        newest = (await audit_log.lines(database, acting, Asked(until=LATER + HOUR)))["lines"][0]
    rows = list(csv.reader(made.removeprefix(BOM).decode().splitlines()))
    assert made.startswith(BOM)
    assert rows[0] == ["时间", "谁", "身份", "单位", "做了什么", "对象", "来自", "次数"]
    assert [row[0][-5:-3] for row in rows[1:]] == ["04", "03", "02", "01", "00"]
    assert {row[4] for row in rows[1:]} == {"改了教室"}
    assert newest["action"] == "see_audit"


async def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        person = await hired(database, Capacity.SCHOOL_ADMIN, at, '=HYPERLINK("http://x")')
        acting = Acting(
            id=person.id, capacity=Capacity.SCHOOL_ADMIN, organisation=at.id, looks_after=None
        )
        await log(database, acting, Action.CHANGE_ROOM, "", 0)
        made = await audit_log.file(database, acting, ALL, LATER, Language.ZH)
    assert "'=HYPERLINK" in made.decode()


async def test_too_many_lines_and_nobody_s_log_are_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "MOST_EXPORTED", 3)
    async with open_database(tmp_path) as database:
        town = (await pair(database)).town
        for minute in range(4):
            await log(database, admin(town), Action.CHANGE_ROOM, "", minute)
        for acting, why in (
            (admin(town), Refusal.AUDIT_TOO_LONG),
            (town.acting(), Refusal.NOT_YOURS),
        ):
            with pytest.raises(RefusedError) as caught:
                await audit_log.file(database, acting, ALL, LATER, Language.ZH)
            assert caught.value.refusal is why
