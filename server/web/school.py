"""Schools and offices, classrooms and pairings over HTTP, for people who sign in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import classrooms, organisations, pairings
from server.programme.organisation import OrganisationKind
from server.programme.pairing import Form
from server.programme.rights import Action
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper

Typed = Annotated[str, Field(max_length=1000)]
Enumerated = Field(strict=False)
"""JSON has no enumerations and no dates; strict models would refuse their texts."""


class OrganisationBody(Body):
    """A school or an office."""

    kind: Annotated[OrganisationKind, Enumerated]
    """What it is; a change leaves that as it is."""
    name: Typed
    """What people call it."""
    region: Typed
    """Six digits."""


class ClassroomBody(Body):
    """A classroom."""

    organisation: Typed
    """The id of its school; a change leaves that as it is."""
    name: Typed
    """What people call it."""


class PairingBody(Body):
    """A pairing, without its scope, which nobody types."""

    supporter: Typed
    """The id of a school."""
    recipient: Typed
    """The id of another."""
    forms: Annotated[Sequence[Annotated[Form, Enumerated]], Field(max_length=len(Form))]
    """What they do together."""
    begins: Annotated[date, Enumerated]
    """The first day."""
    ends: Annotated[date, Enumerated]
    """The last day."""
    waiver: Typed
    """Why there is no synchronized class."""


class EndBody(Body):
    """What ends a pairing."""

    keep_lessons: bool | None = None
    """Whether the lessons by it that are to come are held; none if nobody was asked yet."""
    why: Annotated[str, Field(max_length=200)] = ""
    """Why they are called off."""


class SchoolPages:
    """Handlers of what a school or a bureau keeps of itself."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database

    async def organisations(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody may see."""
        acting, action = await self._keeper.acting(request), Action.CHANGE_ORGANISATION
        changes = await organisations.places(self._database, acting, action)
        return web.json_response(
            {
                "organisations": await organisations.listed(self._database, acting),
                "changes": [one["id"] for one in changes],
                "may_add": organisations.may_add(acting),
            }
        )

    async def add_organisation(self, request: web.Request) -> web.StreamResponse:
        """Make one."""
        acting, new = await self._keeper.acting(request), await _organisation(request)
        return web.json_response(
            await organisations.add(self._database, acting, new, datetime.now(UTC))
        )

    async def change_organisation(self, request: web.Request) -> web.StreamResponse:
        """Change its name or region."""
        acting, typed = await self._keeper.acting(request), await _organisation(request)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(
            await organisations.change(self._database, acting, which, typed, now)
        )

    async def classrooms(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody may see."""
        acting = await self._keeper.acting(request)
        return web.json_response(
            {
                "classrooms": await classrooms.listed(self._database, acting),
                "places": await organisations.places(self._database, acting, Action.CHANGE_ROOM),
            }
        )

    async def add_classroom(self, request: web.Request) -> web.StreamResponse:
        """Make one."""
        acting, body = await self._keeper.acting(request), await read(request, ClassroomBody)
        new = classrooms.NewClassroom(organisation=body.organisation, name=body.name)
        return web.json_response(
            await classrooms.add(self._database, acting, new, datetime.now(UTC))
        )

    async def change_classroom(self, request: web.Request) -> web.StreamResponse:
        """Rename it."""
        acting, body = await self._keeper.acting(request), await read(request, ClassroomBody)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(
            await classrooms.rename(self._database, acting, which, body.name, now)
        )

    async def pairings(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody may see, and the schools that they may pair."""
        acting = await self._keeper.acting(request)
        return web.json_response(
            {
                "pairings": await pairings.listed(self._database, acting),
                "places": await organisations.places(self._database, acting, Action.CHANGE_PAIRING),
            }
        )

    async def school_elsewhere(self, request: web.Request) -> web.StreamResponse:
        """The school of a `name` in a `region`, to which a pairing is to be proposed."""
        acting = await self._keeper.acting(request)
        name, region = request.query.get("name", ""), request.query.get("region", "")
        return web.json_response(
            await organisations.elsewhere(self._database, acting, name, region)
        )

    async def add_pairing(self, request: web.Request) -> web.StreamResponse:
        """Pair two schools, or propose it."""
        acting, typed = await self._keeper.acting(request), await _pairing(request)
        return web.json_response(
            await pairings.add(self._database, acting, typed, datetime.now(UTC))
        )

    async def change_pairing(self, request: web.Request) -> web.StreamResponse:
        """Change a pairing."""
        acting, typed = await self._keeper.acting(request), await _pairing(request)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(await pairings.change(self._database, acting, which, typed, now))

    async def agree_to_pairing(self, request: web.Request) -> web.StreamResponse:
        """Agree to one that was proposed."""
        acting, which = await self._keeper.acting(request), request.match_info["id"]
        return web.json_response(
            await pairings.agree(self._database, acting, which, datetime.now(UTC))
        )

    async def end_pairing(self, request: web.Request) -> web.StreamResponse:
        """End one, decline it or withdraw it."""
        acting, which = await self._keeper.acting(request), request.match_info["id"]
        body = await read(request, EndBody)
        lessons = None
        if body.keep_lessons is not None:
            lessons = pairings.Remaining(keep=body.keep_lessons, why=body.why)
        await pairings.end(self._database, acting, which, datetime.now(UTC), lessons)
        return web.json_response({})


async def _organisation(request: web.Request) -> organisations.NewOrganisation:
    body = await read(request, OrganisationBody)
    return organisations.NewOrganisation(kind=body.kind, name=body.name, region=body.region)


async def _pairing(request: web.Request) -> pairings.TypedPairing:
    body = await read(request, PairingBody)
    return pairings.TypedPairing(
        supporter=body.supporter,
        recipient=body.recipient,
        forms=body.forms,
        begins=body.begins,
        ends=body.ends,
        waiver=body.waiver,
    )
