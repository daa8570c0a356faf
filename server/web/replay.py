"""The replay of a lesson: what happened and its media, to whoever may still see them."""

import asyncio
import logging
from pathlib import Path

from aiohttp import web

from recorder.replay import REPLAY
from server.actions import replay
from server.live.hall import Hall, Visit
from server.store.consents import Consents
from server.store.database import Database
from server.store.folder import lesson_folder
from server.store.people import People
from server.web.bearer import token_of
from server.web.sittings import sitting
from server.web.watched import watched
from signaling.errors import Code, UserError

log = logging.getLogger(__name__)


SITTING = "X-Tongke-Sitting"
"""The header that names the sitting; what is watched is told with it."""


class ReplayPages:
    """Handlers of recordings; every view is logged."""

    def __init__(self, hall: Hall, people: People, database: Database, data: Path) -> None:
        self._database = database
        self._hall = hall
        self._people = people
        self._consents = Consents(database)
        self._data = data

    async def replay(self, request: web.Request) -> web.StreamResponse:
        """Everything a player needs but the media."""
        visit = await watched(self._hall, self._database, token_of(request))
        lesson = visit.stored.lesson
        sat = await sitting(self._database, visit, request.query.get("sitting"))
        log.info("lesson=%s replay as %s", lesson.id, visit.claims.role)
        names = await self._people.names(lesson.id)
        names |= {room.participant: room.name for room in lesson.rooms}
        standings = await self._consents.standings(lesson.id)
        watcher = replay.Watcher(role=visit.claims.role, place=visit.claims.place)
        body = await asyncio.to_thread(
            lambda: REPLAY.dump_json(
                replay.load(self._folder(visit), lesson.title, names, watcher, standings)
            )
        )
        headers = {SITTING: sat}
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def media(self, request: web.Request) -> web.StreamResponse:
        """A track's file, whole or a range of it (RFC 9110, 14); no other file of the folder."""
        visit = await watched(self._hall, self._database, token_of(request))
        folder, path = self._folder(visit), request.match_info["path"]
        standings = await self._consents.standings(visit.stored.lesson.id)
        if path not in await asyncio.to_thread(replay.playable, folder, standings):
            raise UserError(Code.NO_SUCH_SOURCE)
        return web.FileResponse(folder / path)

    def _folder(self, visit: Visit) -> Path:
        return lesson_folder(self._data, visit.stored.lesson.id)
