"""People who sign in, for tests: accounts without the work of a password, and their logins."""

from datetime import UTC, datetime

from server.access.ids import uuid7
from server.access.logins import begin, cookie_name, csrf_token, fresh_token
from server.actions.acting import OPERATOR
from server.actions.logins import to_keep
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import Appointment, Person
from server.programme.region import RegionCode
from server.programme.rights import Action, Capacity
from server.store.accounts import Accounts, FirstPassword
from server.store.audit import Entry
from server.store.database import Database
from server.store.logins import Logins
from server.store.organisations import Organisations
from server.web.doorkeeper import CSRF

NOW = datetime(2026, 9, 1, tzinfo=UTC)
UNUSABLE = "no hash of anything"


async def school(
    database: Database,
    name: str = "尼山小学",
    region: str = "330802",
    kind: OrganisationKind = OrganisationKind.SCHOOL,
) -> Organisation:
    """An organisation in the database."""
    made = Organisation(id=uuid7(), kind=kind, name=name, region=RegionCode(region))
    await Organisations(database).add(made, _line(Action.CHANGE_ORGANISATION))
    return made


async def hired(
    database: Database, capacity: Capacity, at: Organisation, name: str = "王老师"
) -> Person:
    """Somebody with an account and one capacity; no password is theirs."""
    person = Person(id=uuid7(), name=name, login=f"p{uuid7()[-12:]}")
    held = Appointment(person=person.id, capacity=capacity, organisation=at)
    proof = FirstPassword(password=UNUSABLE, until=NOW)
    await Accounts(database).add(person, held, proof, _line(Action.CHANGE_STAFF))
    return person


async def badge(database: Database, person: Person) -> dict[str, str]:
    """The headers of a browser on which somebody is signed in with everything."""
    token = fresh_token()
    login = begin(person.id, token, datetime.now(UTC).timestamp())
    await Logins(database).begin(to_keep(login), None)
    return {"Cookie": f"{cookie_name(https=False)}={token}", CSRF: csrf_token(token)}


def _line(action: Action) -> Entry:
    return Entry(id=uuid7(), at=datetime.now(UTC), acting=OPERATOR, action=action)
