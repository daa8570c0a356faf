"""Every address that the server answers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from server.web import headers
from server.web.lesson import LessonPages
from server.web.pages import Pages
from server.web.remedy import Remedy
from server.web.replay import ReplayPages
from server.web.roll import RollPages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LARGEST_BODY = 64 * 1024


def make_app(
    pages: Pages,
    lessons: LessonPages,
    replays: ReplayPages,
    rolls: RollPages,
    remedy: Remedy,
    successor: str | None = None,
) -> web.Application:
    """The web application; who may ask for what stands in the handlers.

    The set-up page that `remedy` names may ask whether a device trusts us. Pages may follow their
    lesson to `successor`, a server whose links begin so.
    """
    app = web.Application(middlewares=[headers.coded_errors], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(headers.secured(successor))
    app.add_routes(
        [
            web.get("/", pages.page),
            web.get("/lesson", pages.page),
            web.get("/replay", pages.page),
            web.get("/roll", pages.page),
            web.get(r"/assets/{name:[A-Za-z0-9._-]+}", pages.asset),
            web.get("/ws", lessons.websocket),
            web.get("/api/lesson", lessons.about),
            web.get("/api/replay", replays.replay),
            web.get("/api/replay/media/{path:.+}", replays.media),
            web.get("/api/roll", rolls.roll),
            web.put("/api/roll", rolls.declare),
            web.get("/healthz", Health(remedy).answer),
        ]
    )
    return app


class Health:
    """Says that the server answers; to the set-up page too (Fetch, 3.2: CORS protocol)."""

    def __init__(self, remedy: Remedy) -> None:
        self._remedy = remedy

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """That the server answers."""
        response = web.json_response({"ok": True}, headers={"Vary": "Origin"})
        asking = request.headers.get("Origin")
        if asking is not None and f"{asking}/setup" == self._remedy.at(request.host):
            response.headers["Access-Control-Allow-Origin"] = asking
        return response
