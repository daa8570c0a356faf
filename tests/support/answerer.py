"""A plain aiortc peer connection at the other end of a room's peer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtcpPsfbPacket, pack_remb_fci


class Answerer:
    """Answers a room's offers; keeps what it decodes."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pictures: list[av.VideoFrame] = []
        self.sounds: list[av.AudioFrame] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._answering: list[asyncio.Task[str]] = []
        self.connection.on("track", self._watch)

    def _watch(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._pull(track)))

    async def _pull(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.VideoFrame):
                self.pictures.append(frame)
            elif isinstance(frame, av.AudioFrame):
                self.sounds.append(frame)

    async def answer(self, sdp: str) -> str:
        """The answer to an offer; worked out to its end though nobody waits for it any more."""
        working = asyncio.create_task(self._answer(sdp))
        self._answering.append(working)
        return await asyncio.shield(working)

    async def _answer(self, sdp: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    def prefer(self, mime: str) -> None:
        """Take this codec alone for pictures, from the next answer on."""
        capabilities = RTCRtpReceiver.getCapabilities("video")
        assert capabilities is not None
        wanted = [each for each in capabilities.codecs if each.mimeType in (mime, "video/rtx")]
        for transceiver in self.connection.getTransceivers():
            if transceiver.kind == "video":
                transceiver.setCodecPreferences(wanted)

    async def tell_estimate(self, bitrate: int, ssrcs: list[int]) -> None:
        """Send a REMB."""
        fci = pack_remb_fci(bitrate, ssrcs)
        await self._send(bytes(RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=fci)))

    async def ask_key_frame(self, ssrc: int) -> None:
        """Send a PLI."""
        await self._send(bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=ssrc)))

    async def _send(self, rtcp: bytes) -> None:
        await self.connection.getReceivers()[0].transport._send_rtp(rtcp)

    async def close(self) -> None:
        """End it; sockets that are still being opened would stay open otherwise."""
        await asyncio.gather(*self._answering, return_exceptions=True)
        await self.connection.close()
        # aiortc leaves the task that connects behind when it is closed meanwhile.
        tasks = [*self._tasks, *connecting()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def connecting() -> list[asyncio.Task[object]]:
    """Tasks of aiortc's peer connections that are still running."""
    return [task for task in asyncio.all_tasks() if "RTCPeerConnection" in str(task.get_coro())]


@asynccontextmanager
async def answerer() -> AsyncIterator[Answerer]:
    """A peer that is closed at the end of the test."""
    made = Answerer()
    try:
        yield made
    finally:
        await made.close()


async def until(seconds: float, holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails after so many seconds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)
