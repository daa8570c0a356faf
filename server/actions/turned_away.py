"""The lines of the audit log about sign-ins that were refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from server.access.guesses import network
from server.access.ids import uuid7
from server.access.turned_away import Counted, TurnedAways
from server.programme.deed import Deed
from server.programme.people import Appointment, Person
from server.programme.refusal import Refusal
from server.store.accounts import Accounts
from server.store.audit import Audit, TurnedAway
from server.store.database import Database

MOST_OF_ACCOUNTS = 200
"""Lines an hour about accounts that there are."""
MOST_OF_STRANGERS = 50
"""Lines an hour about names that nobody has: they push out no line about an account."""

DEEDS: Mapping[Refusal, Deed] = {
    Refusal.SIGN_IN_WRONG: Deed.SIGN_IN_REFUSED,
    Refusal.FIRST_PASSWORD_OVER: Deed.SIGN_IN_REFUSED,
    Refusal.SECOND_FACTOR_WRONG: Deed.SECOND_FACTOR_REFUSED,
    Refusal.GUESSES_SPENT: Deed.SIGN_IN_LOCKED,
    Refusal.SIGN_IN_BLOCKED: Deed.SIGN_IN_BLOCKED,
}
"""Which refusals are lines, and as what."""


class TurningAway:
    """Notes refused sign-ins; what it has counted lives as long as the server."""

    def __init__(self, database: Database) -> None:
        self._accounts = Accounts(database)
        self._audit = Audit(database)
        self._of_accounts = TurnedAways(MOST_OF_ACCOUNTS, uuid7)
        self._of_strangers = TurnedAways(MOST_OF_STRANGERS, uuid7)

    async def note(
        self, refusal: Refusal, login: str | None, address: str, now: datetime, tick: float
    ) -> None:
        """Keep that somebody was refused; nothing where that is no matter for the log.

        Args:
            refusal: why.
            login: the sign-in name that was typed; none where it can be nobody's.
            address: the IP address it came from.
            now: when.
            tick: when, on a clock that never goes back: seconds.
        """
        deed = DEEDS.get(refusal)
        if deed is None:
            return
        person = None if login is None else await self._accounts.by_login(login)
        # Asked in any case, so that the time of an answer says little of whether there is one.
        held = await self._accounts.appointments("" if person is None else person.id)
        lines = [
            _line(deed, place, network(address), now, counted)
            for place in _places(person, held)
            if (counted := self._counted(deed, place, network(address), tick)) is not None
        ]
        await self._audit.count(lines)

    def _counted(
        self, deed: Deed, place: tuple[str, str, str], of: str, tick: float
    ) -> Counted | None:
        counter = self._of_accounts if place[0] else self._of_strangers
        return counter.count((deed, *place, of), tick)


def _places(person: Person | None, held: Sequence[Appointment]) -> list[tuple[str, str, str]]:
    """Account, capacity and organisation of each line; whoever works nowhere has one too."""
    if person is None:
        return [("", "", "")]
    places = {one.organisation.id: (person.id, str(one.capacity)) for one in held}
    return [(*who, place) for place, who in places.items()] or [(person.id, "", "")]


def _line(
    deed: Deed, place: tuple[str, str, str], address: str, now: datetime, counted: Counted
) -> TurnedAway:
    account, capacity, organisation = ("", "", "") if counted.rest else place
    return TurnedAway(
        id=counted.id,
        at=now,
        account=account,
        capacity=capacity,
        organisation=organisation,
        deed=deed,
        address="" if counted.rest else address,
        times=counted.times,
    )
