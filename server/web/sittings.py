"""Every opening of a recording is noted before anything of it is given."""

from dataclasses import dataclass
from datetime import UTC, datetime

from server.access.ids import uuid7
from server.actions.reviewing import reviewing
from server.live.hall import Visit
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.viewings import Viewer, Viewings


@dataclass(frozen=True, kw_only=True)
class Named:
    """Who watches."""

    name: str
    """What they are called; empty for the holder of a link without a name."""
    viewer: Viewer
    """As it is noted."""


async def viewer_of(database: Database, visit: Visit) -> Named:
    """Who holds a token.

    Raises:
        RefusedError: somebody who may no longer watch.
    """
    claims = visit.claims
    if claims.reviewer is None:
        room = visit.stored.lesson.room(claims.place)
        name = claims.name or (room.name if room is not None else "")
        return Named(name=name, viewer=Viewer(person=None, role=claims.role.value, link=name))
    await reviewing(database, claims.reviewer, visit.stored.lesson.id)
    name = await Accounts(database).name(claims.reviewer.person)
    viewer = Viewer(person=claims.reviewer.person, role=claims.reviewer.capacity.value)
    return Named(name=name, viewer=viewer)


async def sitting(database: Database, visit: Visit, known: str | None) -> str:
    """The sitting that goes on, or a new one.

    Raises:
        RefusedError: somebody who may no longer watch.
    """
    viewings, lesson, now = Viewings(database), visit.stored.lesson.id, datetime.now(UTC)
    viewer = (await viewer_of(database, visit)).viewer
    if known is not None and await viewings.goes_on(known, lesson, now):
        return known
    fresh = uuid7()
    await viewings.begin(fresh, lesson, viewer, now)
    return fresh
