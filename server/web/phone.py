"""The phone version of a lesson over HTTP, for whoever may watch the replay.

A browser asks for a film without our header, so that its address carries a ticket: the link's own
claims, for some hours.
"""

import asyncio
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from recorder.compose import WHOLE
from recorder.still import STILL
from server.access.tokens import LinkKey
from server.actions import phone
from server.actions.reviewing import held
from server.live.hall import Hall
from server.programme.rights import Action
from server.store.consents import Consents
from server.store.database import Database
from server.store.folder import lesson_folder
from server.store.jobs import Jobs
from server.web.bearer import token_of
from server.web.doorkeeper import Doorkeeper
from server.web.watched import watched
from signaling.errors import Code, UserError

TICKET_LASTS = timedelta(hours=6)


class PhonePages:
    """Handlers of the version that plays everywhere."""

    def __init__(
        self,
        keeper: Doorkeeper,
        hall: Hall,
        jobs: Jobs,
        database: Database,
        key: LinkKey,
        data: Path,
    ) -> None:
        self._keeper = keeper
        self._hall = hall
        self._jobs = jobs
        self._database = database
        self._consents = Consents(database)
        self._key = key
        self._data = data

    async def standing(self, request: web.Request) -> web.StreamResponse:
        """How far it is; once it is there, a ticket for it."""
        visit = await watched(self._hall, self._database, token_of(request))
        lesson, now = visit.stored.lesson.id, datetime.now(UTC)
        folder = lesson_folder(self._data, lesson)
        standings = await self._consents.standings(lesson)
        found = await phone.phone_version(self._jobs, folder, lesson, standings, now)
        until = min(visit.claims.exp, int((now + TICKET_LASTS).timestamp()))
        ticket = self._key.sign(replace(visit.claims, exp=until))
        ready = found.state == "ready"
        return web.json_response({**asdict(found), "ticket": ticket if ready else None})

    async def still(self, request: web.Request) -> web.StreamResponse:
        """One small picture of it, for people who sign in and may watch it."""
        acting, lesson = await self._keeper.acting(request), request.match_info["lesson"]
        await held(self._database, acting, Action.REPLAY_LESSON, lesson)
        return await self._shown(lesson, STILL)

    async def film(self, request: web.Request) -> web.StreamResponse:
        """The file, whole or a range of it (RFC 9110, 14)."""
        visit = await watched(self._hall, self._database, request.query.get("ticket", ""))
        return await self._shown(visit.stored.lesson.id, WHOLE)

    async def _shown(self, lesson: str, name: str) -> web.StreamResponse:
        """A file, as long as consent covers all who are in the version."""
        folder = lesson_folder(self._data, lesson)
        standings = await self._consents.standings(lesson)
        if not await asyncio.to_thread(phone.playable, folder, standings):
            raise UserError(Code.NO_SUCH_SOURCE)
        return web.FileResponse(folder / name)
