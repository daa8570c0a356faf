"""Offers of one lesson's devices: checked, agreed on, opened at the worker, answered.

The worker's answer is awaited beside the lesson, which goes on meanwhile.
"""

import asyncio
from collections.abc import Callable

from server.live import codecs
from server.live.device import Device, Peer
from server.live.items import PeerReady
from server.live.media import LessonMedia, new_ssrcs
from signaling.agreement import Agreement
from signaling.errors import Code, PeerError, UserError
from signaling.events import Codec
from signaling.ids import source_id
from signaling.lesson import LiveLesson
from signaling.messages import Offer, Slot
from signaling.negotiation import agree_down, agree_up, answer, offered


class Offers:
    """Turns an `Offer` into a `PeerReady` in the owner's inbox, or raises the refusal at once."""

    def __init__(
        self,
        lesson: LiveLesson,
        media: LessonMedia,
        tasks: asyncio.TaskGroup,
        ready: Callable[[PeerReady], None],
    ) -> None:
        self._lesson = lesson
        self._media = media
        self._tasks = tasks
        self._ready = ready

    def take(self, device: Device, offer: Offer, now: float) -> None:
        """Begin to answer an offer.

        Raises:
            TongkeError: it is refused.
        """
        before = device.peers.get(offer.direction)
        known = before if before is not None and before.id == offer.peer else None
        agreement, slots = self._agree(device, offer, known, now)
        peer = Peer(
            id=offer.peer,
            worker=self._media.worker_name(device, offer.peer),
            agreement=agreement,
            version=1 if known is None else known.version + 1,
        )
        self._tasks.create_task(self._open(device, offer, peer, slots))

    def _codecs(self, device: Device, offer: Offer) -> dict[str, Codec]:
        """The codec of each section that carries a source.

        Raises:
            TongkeError: a section is not there, or nobody could play it.
        """
        sections = offered(offer.sdp)
        missing = [source.mid for source in offer.sources if source.mid not in sections]
        if missing:
            raise PeerError(Code.BAD_SDP)
        return {
            source.mid: codecs.choose(self._lesson, source.kind, device.id, sections[source.mid])
            for source in offer.sources
        }

    def _agree(
        self, device: Device, offer: Offer, known: Peer | None, now: float
    ) -> tuple[Agreement, tuple[Slot, ...]]:
        if offer.direction == "down":
            return agree_down(offer.sdp, new_ssrcs(), None if known is None else known.agreement)
        chosen = self._codecs(device, offer)
        # Refused before the worker is asked; what it causes is decided when the peer is there.
        self._lesson.published(device.id, offer, chosen, now)
        sources = {
            source.mid: (source_id(device.participant, source.name), chosen[source.mid])
            for source in offer.sources
        }
        rows = {source.mid: source.rows for source in offer.sources}
        return agree_up(offer.sdp, sources, rows), ()

    async def _open(
        self, device: Device, offer: Offer, peer: Peer, slots: tuple[Slot, ...]
    ) -> None:
        result: str | UserError
        try:
            transport = await self._media.open(peer.worker, peer.agreement)
            result = answer(peer.agreement, transport, peer.version)
        except UserError as error:
            result = error
        self._ready(PeerReady(device=device.id, offer=offer, peer=peer, slots=slots, answer=result))


def agreed_codecs(agreement: Agreement) -> dict[str, Codec]:
    """The codec of each section that carries a source, as it was agreed."""
    return {
        section.mid: section.payloads[0].codec
        for section in agreement.sections
        if section.source is not None and section.payloads
    }
