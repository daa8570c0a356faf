"""What the running server tells `tongke doctor`, which reads the same data folder."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from aiohttp import web

from server.access.check_links import CheckKey
from server.live.check_desk import CheckDesk, Reported
from server.live.hall import Hall
from server.live.plane import Plane
from server.live.workers import Workers
from server.media import requests as media
from server.web.bearer import token_of
from server.web.source import Sources


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What does not change while the server runs."""

    version: str
    """Its version."""
    host: str
    """The address its web port listens on."""
    certificate: str
    """Whose certificate it shows: `own`, `given` or a `proxy`'s."""
    setup_port: int | None
    """Port of the set-up page, if there is one."""
    public: bool
    """Whether devices are told addresses outside a NAT."""


class DoctorPages:
    """One handler; `server.doctor.facts.Running` is its answer."""

    def __init__(
        self,
        key: CheckKey,
        standing: Standing,
        bases: Callable[[], Sequence[str]],
        workers: Workers,
        hall: Hall,
        desk: CheckDesk,
        sources: Sources,
    ) -> None:
        self._key = key
        self._standing = standing
        self._bases = bases
        self._workers = workers
        self._hall = hall
        self._desk = desk
        self._sources = sources

    async def standing(self, request: web.Request) -> web.StreamResponse:
        """How the server stands, and what devices measured under the asker's link."""
        run = self._key.read(token_of(request), self._sources.of(request).now)
        planes = self._workers.planes
        return web.json_response(
            {
                **vars(self._standing),
                "bases": self._bases(),
                "worker": all(plane.worker.ready for plane in planes),
                "recorder": all(plane.recorder.ready for plane in planes),
                "listening": [one for plane in planes for one in _listening(plane)],
                "announced": [
                    asdict(one) for one in await self._workers.announced() if one.transport == "udp"
                ],
                "lessons": self._hall.running,
                "devices": [_device(one) for one in self._desk.reports(run)],
            }
        )


def _listening(plane: Plane) -> list[object]:
    listening: list[object] = []
    ready = plane.worker.greeting
    for each in ready.addresses if isinstance(ready, media.Ready) else ():
        address, _, port = each.rpartition(":")
        listening.append({"address": address, "port": int(port)})
    return listening


def _device(reported: Reported) -> dict[str, object]:
    measured = reported.measured
    return {
        "device": measured.device,
        "who": measured.name or f"{measured.browser} {reported.address}".strip(),
        "host": reported.host,
        "https": measured.https,
        "websocket": measured.websocket,
        "udp": measured.udp,
        "tcp": measured.tcp,
        "relay": measured.relay,
        "rtt_ms": measured.rtt_ms,
        "up_kbps": measured.up_kbps,
        "down_kbps": measured.down_kbps,
        "clock_ms": measured.clock_ms,
        "loss_up": measured.loss_up,
        "loss_down": measured.loss_down,
    }
