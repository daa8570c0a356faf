from datetime import timedelta
from pathlib import Path

from server.actions.acting import OPERATOR, entry
from server.actions.turned_away import MOST_OF_STRANGERS, TurningAway
from server.programme.people import Appointment
from server.programme.refusal import Refusal
from server.programme.rights import Acting, Action, Capacity
from server.store.accounts import Accounts
from server.store.audit_lines import Asked, AuditLines, Line
from server.store.database import Database, open_database
from tests.support.paired import Campus, pair
from tests.support.staff import NOW

ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="o", looks_after=None)
WRONG = Refusal.SIGN_IN_WRONG


async def lines(database: Database, acting: Acting) -> list[Line]:
    """What somebody reads of refused sign-ins, the oldest first."""
    asked = Asked(until=NOW + timedelta(hours=1), since=NOW)
    found = await AuditLines(database).seen_by(acting, asked)
    return [one for one in reversed(found) if one.action.startswith(("sign_in_", "second"))]


def admin(campus: Campus) -> Acting:
    return campus.acting(Capacity.SCHOOL_ADMIN)


async def test_a_school_reads_who_was_tried_and_only_the_admin_who_is_nobody(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        known = schools.town.teacher
        turning = TurningAway(database)
        for login in (known.login, "nobody.here", None):
            await turning.note(WRONG, login, "10.0.0.8", NOW, 0.0)
        assert [one.by for one in await lines(database, admin(schools.town))] == [known.name]
        assert await lines(database, admin(schools.village)) == []
        found = await lines(database, ADMIN)
    assert [(one.by, one.capacity, one.address, one.times) for one in found] == [
        (known.name, Capacity.TEACHER, "10.0.0.8", 1),
        (None, None, "10.0.0.8", 2),
    ]


async def test_each_school_that_somebody_works_at_reads_of_it(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        known = schools.town.teacher
        both = Appointment(
            person=known.id, capacity=Capacity.TEACHER, organisation=schools.village.school
        )
        await Accounts(database).appoint(both, entry(OPERATOR, Action.CHANGE_STAFF, NOW))
        await TurningAway(database).note(Refusal.GUESSES_SPENT, known.login, "10.0.0.8", NOW, 0.0)
        for campus in (schools.town, schools.village):
            found = await lines(database, admin(campus))
            assert [(one.by, one.action) for one in found] == [(known.name, "sign_in_locked")]


async def test_one_home_s_ipv6_addresses_are_one(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        turning = TurningAway(database)
        for number in range(3):
            await turning.note(WRONG, "nobody", f"2001:db8::{number}", NOW, 0.0)
        found = await lines(database, ADMIN)
    assert [(one.address, one.times) for one in found] == [("2001:db8::", 3)]


async def test_a_guesser_with_many_addresses_hides_nobody_and_fills_nothing(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        town = (await pair(database)).town
        turning = TurningAway(database)
        for number in range(MOST_OF_STRANGERS + 20):
            await turning.note(WRONG, "nobody", f"10.0.1.{number}", NOW, float(number))
        await turning.note(WRONG, town.teacher.login, "10.0.0.8", NOW, 100.0)
        found = await lines(database, ADMIN)
    assert len(found) == MOST_OF_STRANGERS + 2
    assert [(one.by, one.address, one.times) for one in found[MOST_OF_STRANGERS:]] == [
        (None, "", 20),
        (town.teacher.name, "10.0.0.8", 1),
    ]


async def test_what_is_no_matter_of_signing_in_is_no_line(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        await TurningAway(database).note(Refusal.PASSWORD_SHORT, "x", "10.0.0.8", NOW, 0.0)
        assert await lines(database, ADMIN) == []
