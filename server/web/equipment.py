"""WHIP and WHEP over HTTP: statuses and headers of RFC 9725; the sessions are `signaling.whip`'s.

A page of another origin may ask too: what opens a lesson is the token alone, no cookie.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, Literal

from aiohttp import web

from server.live.hall import Hall
from server.web import headers
from server.web.bearer import token_of
from server.web.source import Sources
from signaling.errors import Code, TongkeError, UserError
from signaling.fragment import CONTENT_TYPE as FRAGMENT
from signaling.fragment import FRAGMENT_LIMIT
from signaling.messages import IceServer
from signaling.offer import OFFER_LIMIT
from signaling.whip import Asked, Equipment, Session

SDP: Final = "application/sdp"
RETRY_SECONDS: Final = 2
"""When to come again where there is no media now."""
SESSION: Final = "/equipment/"
"""Where the addresses of sessions begin."""

STATUS: Final[Mapping[Code, int]] = {
    **headers.STATUS,
    Code.BARRED: 403,
    Code.LOCKED: 403,
    Code.BANNED: 403,
    Code.SHARING_OFF: 403,
    Code.NOT_HERE: 404,
    Code.LESSON_OVER: 410,
    Code.BAD_SDP: 400,
    Code.NO_COMMON_CODEC: 406,
    Code.LESSON_FULL: 503,
    Code.SERVER_STOPPING: 503,
    Code.MEDIA_UNAVAILABLE: 503,
}
"""Of a refusal's code; of the others 409, a conflict with the state of things (RFC 9110, 15)."""
_SHARED: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Accept-Patch",
}


class EquipmentPages:
    """Handlers of equipment that is not a browser."""

    def __init__(self, hall: Hall, equipment: Equipment, sources: Sources) -> None:
        self._hall = hall
        self._equipment = equipment
        self._sources = sources

    async def close(self, app: web.Application) -> None:
        """The server goes."""
        await self._equipment.close()

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """WHIP: send sources of one's own."""
        return await self._begin(request, "up")

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """WHEP: receive one picture with its sound."""
        return await self._begin(request, "down")

    async def options(self, request: web.Request) -> web.StreamResponse:
        """What may be asked here (RFC 9725, 4.1; the Fetch standard's preflight)."""
        asks = {
            "Accept-Post": SDP,
            "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
        }
        return web.Response(status=204, headers={**_SHARED, **asks})

    async def patch(self, request: web.Request) -> web.StreamResponse:
        """Candidates, which we need none of, or another ICE session."""
        try:
            session = self._session(request)
            text = await _body(request, FRAGMENT, FRAGMENT_LIMIT)
            return await _patched(session, text, request.headers.get("If-Match"))
        except TongkeError as error:
            return _refused(error)

    async def end(self, request: web.Request) -> web.StreamResponse:
        """The device goes for good."""
        try:
            await self._session(request).leave()
        except TongkeError as error:
            return _refused(error)
        return web.Response(headers=_SHARED)

    async def _begin(
        self, request: web.Request, direction: Literal["up", "down"]
    ) -> web.StreamResponse:
        try:
            asked = Asked(
                direction=direction,
                source=request.match_info["source"],
                token=await self._let_in(request, direction),
                sdp=await _body(request, SDP, OFFER_LIMIT),
            )
            address = self._sources.of(request).address
            attach = partial(self._hall.attach, address=address, by_media=True)
            session = await self._equipment.begin(asked, attach)
        except TongkeError as error:
            return _refused(error)
        made = {
            "Location": SESSION + session.id,
            "ETag": f'"{session.tag}"',
            "Accept-Patch": FRAGMENT,
            **links(session.ice_servers),
        }
        return web.Response(
            status=201, text=session.answer, content_type=SDP, headers={**_SHARED, **made}
        )

    async def _let_in(self, request: web.Request, direction: Literal["up", "down"]) -> str:
        """The token of a link that opens this lesson for sending, or for watching."""
        token = token_of(request)
        visit = await self._hall.visit(token)
        if visit.stored.lesson.id != request.match_info["lesson"]:
            raise UserError(Code.LESSON_UNKNOWN)
        if not (visit.rights.sends if direction == "up" else visit.rights.joins):
            raise UserError(Code.NOT_ALLOWED)
        return token

    def _session(self, request: web.Request) -> Session:
        return self._equipment.find(request.match_info["session"], token_of(request))


def links(servers: Sequence[IceServer]) -> Mapping[str, str]:
    """The header that names relays (RFC 9725, 4.6); none where there are none."""
    each = [
        f'<{url}>; rel="ice-server"; username="{server.username}";'
        f' credential="{server.credential}"; credential-type="password"'
        for server in servers
        for url in server.urls
    ]
    return {"Link": ", ".join(each)} if each else {}


async def _patched(session: Session, text: str, match: str | None) -> web.Response:
    if match is None:
        return web.Response(status=428, headers=_SHARED)
    if match == "*" and session.is_other(text):
        answer = await session.restart(text)
        made = {"ETag": f'"{session.tag}"'}
        return web.Response(text=answer, content_type=FRAGMENT, headers={**_SHARED, **made})
    if match not in ("*", f'"{session.tag}"'):
        return web.Response(status=412, headers=_SHARED)
    return web.Response(status=204, headers=_SHARED)


async def _body(request: web.Request, kind: str, most: int) -> str:
    """The text of a request; a wrong kind is answered with the right one."""
    if request.content_type != kind:
        accept = "Accept-Post" if request.method == "POST" else "Accept-Patch"
        raise web.HTTPUnsupportedMediaType(headers={**_SHARED, accept: kind})
    data = await request.content.read(most + 1)
    if len(data) > most:
        raise UserError(Code.TOO_LARGE, most=most)
    return data.decode("utf-8", "replace")


def _refused(error: TongkeError) -> web.Response:
    status = STATUS.get(error.code, 409)
    more: dict[str, str] = {}
    if status == 401:
        more["WWW-Authenticate"] = 'Bearer realm="tongke"'
    if status == 503:
        more["Retry-After"] = str(RETRY_SECONDS)
    body = {"code": error.code, "data": dict(error.data)}
    return web.json_response(body, status=status, headers={**_SHARED, **more})
