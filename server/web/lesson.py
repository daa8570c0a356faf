"""The lesson over HTTP: what a link opens, and the websocket of the live lesson."""

from functools import partial

from aiohttp import web

from server.live.hall import Hall
from server.web.bearer import token_of
from server.web.remedy import Remedy
from server.web.source import Sources
from signaling import websocket
from signaling.events import Role

NAMED_BY_THEMSELVES = (Role.PUPIL, Role.VIEWER)


class LessonPages:
    """Handlers that know the running lessons."""

    def __init__(self, hall: Hall, remedy: Remedy, sources: Sources) -> None:
        self._hall = hall
        self._remedy = remedy
        self._sources = sources

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Signaling; the hello brings the token."""
        address = self._sources.of(request).address
        return await websocket.serve(request, partial(self._hall.attach, address=address))

    async def about(self, request: web.Request) -> web.StreamResponse:
        """What the join page shows before anybody joins."""
        visit = await self._hall.visit(token_of(request))
        lesson = visit.stored.lesson
        room = lesson.room(visit.claims.place)
        return web.json_response(
            {
                "lesson": lesson.id,
                "title": lesson.title,
                "phase": visit.phase,
                "role": visit.claims.role,
                "place_name": None if room is None else room.name,
                "names_needed": visit.claims.role in NAMED_BY_THEMSELVES
                and visit.claims.name is None,
                "recording": visit.recording,
                "beside": visit.claims.beside,
                "setup": self._remedy.at(request.host),
            }
        )
