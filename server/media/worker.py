"""The media worker: a process of its own that owns the media sockets.

The shell: control socket, event loop, tasks. Requests and notices are declared in `requests`. The
process ends when its control socket closes.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import resource
import secrets
import signal
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final, assert_never

import psutil

from server.media import dtls
from server.media.addresses import Announced, candidates, listen
from server.media.aside import Datagram
from server.media.association import HandshakeError, Identity
from server.media.inbound import Inbound
from server.media.lateness import Lateness
from server.media.pacing import Ticking
from server.media.peer import Keyed, Peer
from server.media.plane import Plane
from server.media.publication import Source
from server.media.pumps import WANTED, Serving, choose, parts
from server.media.requests import (
    NOTICE,
    REQUEST,
    AskKeyFrame,
    Bind,
    ClosePeer,
    Failed,
    ForgetSource,
    Load,
    Notice,
    OpenPeer,
    PeerOpened,
    ReadLoad,
    Ready,
    Request,
    SetGate,
    SetStills,
    SetTap,
    SetView,
    TapFull,
    Want,
)
from server.media.rounds import PERIOD, Rounds
from server.media.sockets import UdpSocket
from server.media.tcp import Listeners, Port, Relay, allow_files, open_port
from server.media.tick import Tick
from signaling.boundary import Lines, encode

HANDSHAKES: Final = 64
"""Handshakes at once; a peer beyond that is dropped until its DTLS client tries again."""
IDLE: Final = 0.06
"""Seconds between two looks at the clock: a timer for each round would be a wake-up for each."""
TURN: Final = 16
"""Control datagrams looked at before media has its turn again."""
OUTPUT_LIMIT: Final = 8 << 20
"""Octets of notices the server may leave unread; then it is gone or broken, and we end."""

logger = logging.getLogger(__name__)


class Worker:
    """Joins plane, pump, handshakes and the control socket.

    Control datagrams wait in the pump's bounded queue; the steps of handshakes are made in a
    thread, so that no burst of joins holds up media.
    """

    def __init__(
        self,
        control: socket.socket,
        tap_fd: int,
        ports: Sequence[Port],
        public: list[str],
        serving: Serving,
    ) -> None:
        pump, tap = parts(serving)
        relay, listening = Relay(), [each.udp for each in ports]
        sockets = [*listening, relay]
        self._serving: Serving = serving
        self._control = control
        self._listening = listening
        self._sockets = sockets
        self._identity = Identity()
        self._thread = dtls.Thread()
        self._tap = tap(tap_fd, self._tap_was_full)
        self._pump = pump(sockets, self._tap, time.monotonic)
        by_udp = [(each.address, each.port) for each in listening]
        by_tcp = [(each.udp.address, each.udp.port) for each in ports if each.tcp is not None]
        self._announced = Announced(lambda: candidates(by_udp, by_tcp, public))
        self._plane = Plane(
            self._pump,
            self._announced.at,
            self._identity.fingerprint,
            self._notify,
            secrets.randbits,
        )
        self._inbound = Inbound(self._plane, self._pump)
        self._tcp = Listeners(
            relay,
            [each.tcp for each in ports if each.tcp is not None],
            lambda raw: raw in self._pump.by_address[relay],
            lambda raw: self._inbound.gone(relay, raw),
        )
        self._rounds = Rounds(self._plane, self._pump, self._notify)
        self._pacing = Ticking(self._rounds.sharing.pacing, self._pump, call_later)
        self._ticks = {each: Tick(time.monotonic()) for each in sockets}
        self._pausing: dict[UdpSocket, asyncio.TimerHandle] = {}
        self._handshakes: dict[str, tuple[dtls.Handshake, asyncio.Task[None]]] = {}
        self._shaking = 0
        self._next_round = 0.0
        self._lateness = Lateness(time.monotonic())
        self._writer: asyncio.StreamWriter | None = None
        self._draining = False

    async def run(self) -> None:
        """Serve until the control socket closes."""
        loop = asyncio.get_running_loop()
        reader, self._writer = await asyncio.open_unix_connection(sock=self._control)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for each in self._sockets:
                    loop.add_reader(each.socket, self._readable, each)
                self._notify(self._ready())
                running = [tasks.create_task(self._tick()), tasks.create_task(self._tcp.run())]
                await self._serve(reader)
                for task in running:
                    task.cancel()
                self._stop_handshakes()
        finally:
            self._close(loop)

    def _ready(self) -> Ready:
        addresses = tuple(f"{each.address}:{each.port}" for each in self._listening)
        return Ready(addresses=addresses, pump=self._serving)

    async def _serve(self, reader: asyncio.StreamReader) -> None:
        lines = Lines(REQUEST)
        # A server that was killed leaves a broken pipe, or a reset if notices were unread.
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                for request in lines.feed(data):
                    self._carry_out(request)

    def _close(self, loop: asyncio.AbstractEventLoop) -> None:
        for waiting in self._pausing.values():
            waiting.cancel()
        for each in self._sockets:
            loop.remove_reader(each.socket)
            each.close()
        self._tap.flush()
        self._tap.close()
        if self._writer is not None:
            self._writer.close()

    # ------------------------------------------------------------------ the server

    def _notify(self, notice: Notice) -> None:
        if self._writer is None or self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > OUTPUT_LIMIT:
            logger.error("x the server does not read; ending")
            self._writer.transport.abort()
            return
        self._writer.write(encode(NOTICE, notice))

    def _tap_was_full(self, source: Source, start: float, end: float) -> None:
        self._notify(TapFull(source=source.id, start=start, end=end))

    def _carry_out(self, request: Request) -> None:
        match request:
            case OpenPeer():
                self._open_peer(request)
            case ClosePeer():
                self._end_handshake(self._plane.close_peer(request.peer))
            case Bind() | SetStills() | SetView() | Want():
                self._about_receiver(request)
            case SetGate():
                self._plane.set_gate(request)
            case SetTap():
                self._plane.set_tap(request)
            case AskKeyFrame():
                self._plane.ask_key_frame(request)
            case ForgetSource():
                self._plane.forget_source(request)
            case ReadLoad():
                self._notify(self._load(request.id))
            case _:
                assert_never(request)

    def _about_receiver(self, request: Bind | SetStills | SetView | Want) -> None:
        match request:
            case Bind():
                self._plane.bind(request)
                self._rounds.sharing.changed(request.peer)
            case SetStills():
                self._plane.set_stills(request)
                self._rounds.sharing.changed(request.peer)
            case SetView():
                self._rounds.sharing.view(request, time.monotonic())
            case Want():
                self._plane.want(request, time.monotonic())

    def _open_peer(self, request: OpenPeer) -> None:
        try:
            transport = self._plane.open_peer(request, time.monotonic())
        except (ValueError, KeyError, IndexError) as error:
            self._notify(Failed(id=request.id, why=repr(error)))
        else:
            self._notify(PeerOpened(id=request.id, transport=transport))

    def _load(self, identity: int) -> Load:
        used = resource.getrusage(resource.RUSAGE_SELF)
        now, unsent = time.monotonic(), self._unsent()
        return Load(
            id=identity,
            announced=self._announced.at(now),
            peers=len(self._plane.peers),
            received=self._pump.received,
            forwarded=self._pump.forwarded,
            tapped=self._tap.packets,
            dropped=self._pump.dropped + unsent,
            unsent=unsent,
            waiting=len(self._pump.control),
            late_s=self._lateness.longest(now),
            cpu_s=used.ru_utime + used.ru_stime,
            rss=psutil.Process().memory_info().rss,
        )

    def _unsent(self) -> int:
        return sum(each.unsent for each in self._sockets) + self._tcp.relay.dropped

    # ------------------------------------------------------------------ the network

    def _readable(self, udp: UdpSocket) -> None:
        """Read what came; while much comes, let it gather and look again after a pause."""
        pause = self._read(udp)[1]
        if pause:
            asyncio.get_running_loop().remove_reader(udp.socket)
            self._look_again(udp, pause)

    def _read(self, udp: UdpSocket) -> tuple[int, float]:
        """How many datagrams came, and how long the next may gather."""
        came = self._pump.wake(udp)
        self._drain_soon()
        self._round_if_due()
        self._pacing.soon()
        return came, self._ticks[udp].pause(came, time.monotonic())

    def _look_again(self, udp: UdpSocket, pause: float) -> None:
        loop = asyncio.get_running_loop()
        self._pausing[udp] = loop.call_later(pause, self._gathered, udp)

    def _gathered(self, udp: UdpSocket) -> None:
        del self._pausing[udp]
        came, pause = self._read(udp)
        if came and pause:
            self._look_again(udp, pause)
        else:
            asyncio.get_running_loop().add_reader(udp.socket, self._readable, udp)

    def _drain_soon(self) -> None:
        if self._pump.control and not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        """Look at what the pump put aside."""
        self._draining = False
        now = time.monotonic()
        for _ in range(min(TURN, len(self._pump.control))):
            self._control_datagram(self._pump.control.popleft(), now)
        self._pump.flush()
        self._drain_soon()

    def _control_datagram(self, datagram: Datagram, now: float) -> None:
        """Hand one datagram on (RFC 7983)."""
        first = datagram.data[0]
        if datagram.peer is not None:
            self._inbound.rtcp(datagram.peer, datagram, now)
            return
        peer = self._pump.by_address[datagram.socket].get(datagram.raw)
        if first < 4:
            self._inbound.stun(datagram, now)
        elif peer is not None and 20 <= first < 64:
            self._dtls(peer, datagram)
        else:
            self._pump.dropped += 1

    async def _tick(self) -> None:
        """See to the rounds while nothing comes: packets that come bring them along."""
        while True:
            due = time.monotonic() + IDLE
            await asyncio.sleep(IDLE)
            now = time.monotonic()
            self._lateness.note(now - due, now)
            self._round_if_due()

    def _round_if_due(self) -> None:
        now = time.monotonic()
        if now < self._next_round:
            return
        self._next_round = max(self._next_round + PERIOD, now)
        for peer in self._rounds.tick(now):
            self._end_handshake(peer)
        self._pump.flush()

    # ------------------------------------------------------------------ handshakes

    def _dtls(self, peer: Peer, datagram: Datagram) -> None:
        self._inbound.shakes(peer, datagram.socket, datagram.raw)
        if peer.handshake is None:
            if self._shaking >= HANDSHAKES:
                self._pump.dropped += 1
                return
            self._begin_handshake(peer)
        if peer.handshake is None or not peer.handshake.receive(datagram.data):
            self._pump.dropped += 1

    def _begin_handshake(self, peer: Peer) -> None:
        def send(data: bytes) -> None:
            if peer.route is not None:
                peer.route.socket.send(data, peer.route.raw)

        handshake = peer.handshake = dtls.Handshake(self._identity, self._thread, send)
        task = self._tasks.create_task(self._shake(peer, handshake))
        self._handshakes[peer.id] = handshake, task

    async def _shake(self, peer: Peer, handshake: dtls.Handshake) -> None:
        """One peer's association, from its first datagram to its end."""
        assert peer.agreement is not None
        try:
            self._shaking += 1
            try:
                received, sent = await handshake.run(peer.agreement.fingerprints)
            finally:
                self._shaking -= 1
            self._plane.keyed(peer, Keyed(received), Keyed(sent), time.monotonic())
            await handshake.closed()
            why = "closed"
        except HandshakeError:
            why = "handshake"
        except Exception:  # what a stranger sent may break a library; only its peer ends
            logger.exception("x handshake of peer %s", peer.id)
            why = "handshake"
        finally:
            await handshake.stop()
        del self._handshakes[peer.id]
        self._plane.lose(peer.id, why)

    def _end_handshake(self, peer: Peer | None) -> None:
        if peer is not None and peer.id in self._handshakes:
            _, task = self._handshakes.pop(peer.id)
            task.cancel()

    def _stop_handshakes(self) -> None:
        for _, task in self._handshakes.values():
            task.cancel()


def call_later(seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
    """Call by the loop that runs."""
    return asyncio.get_running_loop().call_later(seconds, call)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worker of `python -m server.media.worker`."""
    parser = argparse.ArgumentParser(description="media worker of Tongke")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--tap-fd", type=int, required=True)
    parser.add_argument("--listen", type=listen, action="append", required=True)
    parser.add_argument("--public", action="append", default=[])
    parser.add_argument("--pump", choices=WANTED, default="auto")
    given = parser.parse_args(arguments)
    ports = [open_port(address, port) for address, port in given.listen]
    allow_files()
    # The server ends us by closing the socket, a terminal's interrupt is its business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=given.control_fd)
    worker = Worker(control, given.tap_fd, ports, given.public, choose(given.pump))
    # What was made until here lives as long as the process.
    gc.freeze()
    asyncio.run(worker.run())


if __name__ == "__main__":
    main()
