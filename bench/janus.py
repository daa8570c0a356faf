"""Debian's Janus beside us: its VideoRoom, driven over its own WebSocket API.

It runs with a configuration folder of its own and without the plugins and transports that are not
measured. It skips loopback interfaces, so it wants an address on another one: `bench.namespace`.
"""

import asyncio
import itertools
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.backend import linked
from bench.offer import answer, extensions, offer, pictures, transport
from bench.orders import LAYERS
from bench.sides import Way
from signaling.agreement import Fingerprint
from signaling.rtp.extensions import TRANSPORT_CC

PACKAGE = "janus"
PLUGINS, TRANSPORTS = "libjanus_videoroom.so", "libjanus_websockets.so"
PORT = 8188
KEEP_ALIVE_S = 25.0
STARTS_S = 20.0
HIGHEST = len(LAYERS) - 1
"""Janus's number of the layer that every receiver is to get."""
BITRATE = 10_000_000
"""What the room allows: more than is sent, so that it holds nobody back."""


def install() -> None:
    """Install Debian's package if it is absent.

    Raises:
        RuntimeError: it can't be had.
    """
    if shutil.which(PACKAGE) is None:
        command = ["apt-get", "install", "-y", "--no-install-recommends", PACKAGE]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError("Debian's package janus can't be installed") from error


def version() -> str:
    """Which Janus, and which cryptography its libsrtp is linked to."""
    found = subprocess.run([PACKAGE, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+\.\d+\.\d+", found.stdout)
    needs = subprocess.run(
        ["ldd", str(shutil.which(PACKAGE))], capture_output=True, text=True, check=False
    )
    library = re.search(r"libsrtp2\S* => (\S+)", needs.stdout)
    return f"Janus {number[0] if number else ''}, libsrtp over {linked(library and library[1])}"


class JanusError(RuntimeError):
    """Janus refused."""


class Janus:
    """One Janus with a VideoRoom for each room.

    Not `wide`: receivers know no transport-wide feedback.
    """

    def __init__(self, address: str, *, wide: bool = True) -> None:
        self._address = address
        self._unknown = set() if wide else {TRANSPORT_CC}
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def start(self, folder: Path) -> None:
        """Run it; recordings go into `folder`."""
        self._folder = folder
        self._recordings = folder / "recordings"
        self._recordings.mkdir()
        self._configure()
        command = [PACKAGE, "--configs-folder", str(folder), "--disable-colors"]
        command += ["--plugins-folder", str(folder / "plugins"), "--debug-level", "2"]
        with (folder / "janus.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 — before anything is measured
                command, stdout=log, stderr=log
            )
        self._usage = psutil.Process(self._process.pid)
        self._http = aiohttp.ClientSession()
        self._socket = await self._connected()
        self._tasks = [asyncio.create_task(self._read())]
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]
        self._tasks.append(asyncio.create_task(self._stay()))

    def _configure(self) -> None:
        installed = next(Path("/usr/lib").glob("**/janus/plugins")).parent
        for kind, library in (("plugins", PLUGINS), ("transports", TRANSPORTS)):
            (self._folder / kind).mkdir()
            (self._folder / kind / library).symlink_to(installed / kind / library)
        (self._folder / "janus.jcfg").write_text(
            f'general: {{ transports_folder = "{self._folder}/transports" \n debug_level = 2 }}\n'
            f'nat: {{ ice_lite = true \n ice_enforce_list = "{self._address}" }}\n'
            "media: { ipv6 = false }\n"
        )
        (self._folder / "janus.transport.websockets.jcfg").write_text(
            f'general: {{ ws = true \n ws_port = {PORT} \n ws_ip = "127.0.0.1" }}\n'
        )

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(STARTS_S):
            while self._process.poll() is None:
                try:
                    return await self._http.ws_connect(
                        f"http://127.0.0.1:{PORT}", protocols=["janus-protocol"]
                    )
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        raise JanusError((self._folder / "janus.log").read_text()[-2000:])

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if told["janus"] == "ack":
                continue
            waiting = self._waiting.pop(told.get("transaction", ""), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(told)

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_S)
            number = str(next(self._numbers))
            request = {"janus": "keepalive", "session_id": self._session}
            await self._socket.send_json({**request, "transaction": number})

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        future: asyncio.Future[dict[str, Any]] = asyncio.Future()
        number = next(self._numbers)
        self._waiting[str(number)] = future
        await self._socket.send_json({**request, "transaction": str(number)})
        async with asyncio.timeout(20):
            reply = await future
        told = reply.get("plugindata", {}).get("data", {})
        if reply["janus"] == "error" or "error" in told:
            raise JanusError(str(reply.get("error") or told))
        return reply

    async def _attach(self) -> int:
        request = {"janus": "attach", "session_id": self._session}
        reply = await self._ask({**request, "plugin": "janus.plugin.videoroom"})
        return int(reply["data"]["id"])

    async def _tell(
        self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        request = {"janus": "message", "session_id": self._session, "handle_id": handle}
        said = {"jsep": jsep} if jsep else {}
        return await self._ask({**request, "body": body, **said})

    async def publish(self, room: int, fingerprint: Fingerprint) -> Way:
        """Make a room and expect its publisher."""
        handle = await self._attach()
        made = {"request": "create", "room": room + 1, "publishers": 2, "bitrate": BITRATE}
        kept = {"record": True, "rec_dir": str(self._recordings)}
        await self._tell(handle, {**made, **kept, "videocodec": "h264", "h264_profile": "42e01f"})
        joining = {"request": "join", "ptype": "publisher", "room": room + 1, "id": 1}
        await self._tell(handle, joining)
        sdp = self._reached(offer(fingerprint, room).replace("a=setup:actpass", "a=setup:active"))
        # Its rids are said lowest first; Janus takes the first for the highest unless told so.
        said = {"type": "offer", "sdp": sdp, "rid_order": "lmh"}
        reply = await self._tell(handle, {"request": "publish"}, said)
        agreed = reply["jsep"]["sdp"]
        layers = re.search(r"a=simulcast:\s*recv ([^\r\n]+)", agreed)
        return Way(
            transport=transport(agreed),
            layers=tuple(layers[1].removeprefix("rid=").split(";")) if layers else (),
            extensions=extensions(agreed),
        )

    def _reached(self, sdp: str) -> str:
        # Checks come from a port that nobody knows yet; Janus begins with some candidate only.
        candidate = f"a=candidate:1 1 udp 2130706431 {self._address} 9 typ host"
        return sdp.replace("a=rtcp-mux", f"a=rtcp-mux\r\n{candidate}\r\na=end-of-candidates")

    async def published(self, room: int) -> None:
        """It records from the first packet on."""

    async def watch(self, room: int, number: int, fingerprint: Fingerprint) -> Way:
        """Expect a receiver, the `number`-th of all, of what a room publishes."""
        handle = await self._attach()
        joining = {"request": "join", "ptype": "subscriber", "room": room + 1}
        offered = await self._tell(handle, {**joining, "streams": [{"feed": 1}]})
        sdp = offered["jsep"]["sdp"]
        jsep = {"type": "answer", "sdp": self._reached(answer(sdp, fingerprint, self._unknown))}
        await self._tell(handle, {"request": "start"}, jsep)
        highest = [{"mid": mid, "substream": HIGHEST} for mid in pictures(sdp)]
        await self._tell(handle, {"request": "configure", "streams": highest})
        types = {
            name.lower(): int(payload)
            for payload, name in re.findall(r"a=rtpmap:(\d+) (\w+)/", sdp)
        }
        return Way(
            transport=transport(sdp),
            video_type=types["h264"],
            audio_type=types["opus"],
            extensions={
                uri: number for uri, number in extensions(sdp).items() if uri not in self._unknown
            },
        )

    async def finish(self) -> int:
        """Bytes recorded so far."""
        return sum(path.stat().st_size for path in self._recordings.iterdir())

    def cpu(self) -> tuple[float, float]:
        """CPU seconds so far; it records in the same process."""
        times = self._usage.cpu_times()
        return times.user + times.system, 0.0

    def rss(self) -> int:
        """Its resident memory."""
        return int(self._usage.memory_info().rss)

    async def stop(self) -> None:
        """End it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()
        await self._http.close()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)
