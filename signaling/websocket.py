"""The aiohttp shell round a session: one task reads, one writes; bounded both ways."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence

from aiohttp import WSMsgType, web

from signaling.errors import Code, PeerError, TongkeError
from signaling.messages import Closed, Command, Hello, Report, ToDevice
from signaling.session import Action, Attach, Attachment, Close, Pass, Send, Session, closed_by
from signaling.wire import SIZE_LIMIT

TEXTS = (WSMsgType.TEXT, WSMsgType.BINARY)
"""Frames that carry a message."""
OUTBOX = 256
"""Messages that may wait for one device."""
GOODBYE = 2.0
"""Seconds that a device has to take its last message."""


async def serve(request: web.Request, attach: Attach) -> web.StreamResponse:
    """Carry one device's connection from the upgrade to its end."""
    # Twice the limit, so that what is a little too large still gets its coded error.
    socket = web.WebSocketResponse(timeout=GOODBYE, max_msg_size=2 * SIZE_LIMIT, compress=False)
    try:
        await socket.prepare(request)
    except ConnectionError:
        # It has gone already, as attempts do that a device gave up while the network was away.
        return web.Response()
    connection = Connection(socket, request.transport)
    await connection.run(attach)
    return socket


class Connection:
    """One device's socket; the `Outlet` that the owner holds.

    Bounded by `OUTBOX` messages: when it is full the device is too slow; what waited is dropped, it
    is told TOO_SLOW, disconnected within `GOODBYE` seconds, and may resume.
    """

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport
        self._session = Session(time.monotonic())
        self._outbox: deque[str] = deque()
        self._woken = asyncio.Event()
        self._ending = False
        self._timer: asyncio.TimerHandle | None = None
        self._attachment: Attachment | None = None

    def tell(self, message: ToDevice) -> None:
        """Queue a message; never waits."""
        if len(self._outbox) >= OUTBOX and not self._ending:
            self._outbox.clear()
            self.close(closed_by(PeerError(Code.TOO_SLOW)))
        self._carry_out(self._session.tell(message))

    def close(self, closed: Closed) -> None:
        """Send this last message and end the connection."""
        self._carry_out(self._session.close(closed))

    async def run(self, attach: Attach) -> None:
        """Read and write until either end has had enough."""
        self._watch()
        try:
            async with asyncio.TaskGroup() as tasks:
                reader = tasks.create_task(self._read(attach))
                reader.add_done_callback(lambda _: self._end())
                await self._write()
                # It may be waiting for the owner, who need not read any more.
                reader.cancel()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            if self._attachment is not None:
                self._attachment.detach()

    async def _read(self, attach: Attach) -> None:
        """Feed the session; a device that asks faster than the owner answers waits."""
        while (frame := await self._socket.receive()).type in TEXTS:
            for action in self._session.receive(frame.data, time.monotonic()):
                if isinstance(action, Pass):
                    await self._pass(action.message, attach)
                else:
                    self._carry_out([action])
            if self._attachment is not None:
                self._attachment.heard(time.monotonic())

    async def _pass(self, message: Hello | Command | Report, attach: Attach) -> None:
        """Hand a message to the owner, the hello to whoever finds it."""
        if isinstance(message, Hello):
            await self._greet(message, attach)
        elif self._attachment is not None:
            await self._attachment.receive(message)

    async def _greet(self, hello: Hello, attach: Attach) -> None:
        """Say hello to the owner; refused, the connection ends with the reason."""
        try:
            self._attachment = await attach(hello, self)
        except TongkeError as error:
            self.close(closed_by(error))
        else:
            self._session.attached(self._attachment.zero, self._attachment.answers)

    async def _write(self) -> None:
        """Send what is queued, then close if that was the last of it."""
        with contextlib.suppress(ConnectionError):
            while not (self._ending and not self._outbox):
                await self._woken.wait()
                self._woken.clear()
                while self._outbox:
                    await self._socket.send_str(self._outbox.popleft())
            await self._socket.close()

    def _carry_out(self, actions: Sequence[Action]) -> None:
        """Queue the texts; begin to end when told to."""
        for action in actions:
            match action:
                case Send(text):
                    self._outbox.append(text)
                    self._woken.set()
                case Close():
                    self._end()
                case Pass():
                    raise AssertionError("only the reader passes messages on")

    def _end(self) -> None:
        """Let the writer finish, but not for longer than a goodbye takes."""
        if self._ending:
            return
        self._ending = True
        self._woken.set()
        self._arm(GOODBYE, self._abort)

    def _watch(self) -> None:
        """Look after silence; runs again whenever the session's deadline has passed."""
        now = time.monotonic()
        self._carry_out(self._session.tick(now))
        deadline = self._session.deadline()
        if deadline is not None and not self._ending:
            self._arm(deadline - now, self._watch)

    def _arm(self, seconds: float, action: Callable[[], None]) -> None:
        """One timer at a time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, action)

    def _abort(self) -> None:
        """The device does not take its goodbye: drop the connection with what it did not read."""
        if self._transport is not None:
            self._transport.abort()
