"""What a command with the same data folder asks of the media workers; nobody else may."""

from dataclasses import asdict, dataclass

from aiohttp import web

from server.access.check_links import CheckKey
from server.live.plane import Plane
from server.live.workers import Duty, Workers
from server.media import requests as media
from server.web.bearer import token_of
from server.web.source import Sources
from signaling.errors import Code, UserError


@dataclass(frozen=True, kw_only=True)
class WorkerStanding:
    """One media worker with its recorder."""

    number: int
    """Which; from 0."""
    pid: int | None
    """The worker's process."""
    up: bool
    """Whether both answer."""
    duty: Duty
    """Whether it takes lessons."""
    lessons: int
    """Those that it has, with those that nobody has joined yet."""
    peers: int
    """Connections that were open when it was measured last."""
    cpu: float
    """Share of a core that it used then."""
    listening: tuple[str, ...]
    """`address:port` of its media."""


class WorkersPages:
    """Its handlers; each answers with all workers as they stand then."""

    def __init__(self, key: CheckKey, workers: Workers, sources: Sources) -> None:
        self._key = key
        self._workers = workers
        self._sources = sources

    async def standing(self, request: web.Request) -> web.StreamResponse:
        """How they stand."""
        self._check(request)
        return self._answer()

    async def drain(self, request: web.Request) -> web.StreamResponse:
        """Have one become empty and be replaced."""
        self._check(request)
        self._workers.drain(self._number(request))
        return self._answer()

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """Let one take lessons again that was to become empty."""
        self._check(request)
        self._workers.keep(self._number(request))
        return self._answer()

    def _check(self, request: web.Request) -> None:
        self._key.read(token_of(request), self._sources.of(request).now)

    def _number(self, request: web.Request) -> int:
        known = {str(plane.number): plane.number for plane in self._workers.planes}
        if request.match_info["number"] not in known:
            raise UserError(Code.MALFORMED)
        return known[request.match_info["number"]]

    def _answer(self) -> web.StreamResponse:
        return web.json_response([asdict(self._of(plane)) for plane in self._workers.planes])

    def _of(self, plane: Plane) -> WorkerStanding:
        ready = plane.worker.greeting
        return WorkerStanding(
            number=plane.number,
            pid=plane.worker.pid,
            up=plane.worker.ready and plane.recorder.ready,
            duty=self._workers.duty(plane.number),
            lessons=self._workers.having(plane.number),
            peers=0 if plane.load is None else plane.load.peers,
            cpu=round(plane.cpu, 3),
            listening=ready.addresses if isinstance(ready, media.Ready) else (),
        )
