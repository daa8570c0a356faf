"""What can come into the inbox of a lesson's owner."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from recorder.requests import Notice as RecorderNotice
from recorder.space import Step
from server.live.device import Peer
from server.media.requests import Notice as WorkerNotice
from server.programme.consent import Standing
from server.programme.pupil import Rostered
from signaling.errors import TongkeError, UserError
from signaling.events import EndReason
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import Command, Hello, Offer, Report, Slot
from signaling.session import Attachment, Grants, Outlet


@dataclass(frozen=True, kw_only=True, eq=False)
class Join:
    """A device says hello."""

    who: Grants
    """What its link lets it be."""
    hello: Hello
    """What it says."""
    outlet: Outlet
    """How it is told."""
    done: asyncio.Future[Attachment]
    """Resolved when it is in, or with the refusal."""
    pupil: Rostered | None = None
    """Whose name on a roster it typed; none for everyone else."""
    observer: str | None = None
    """The account of a teacher who comes to listen; none for everyone else."""
    by_media: bool = False
    """Whether its media alone show that it is here: equipment without a link of its own."""

    def refuse(self, error: TongkeError) -> None:
        """Do not let it in."""
        if not self.done.done():
            self.done.set_exception(error)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A device asks for something or reports."""

    device: DeviceId
    """Which."""
    message: Command | Report
    """What."""


@dataclass(frozen=True, kw_only=True)
class PeerReady:
    """The worker expects a peer, or won't."""

    device: DeviceId
    """Whose."""
    offer: Offer
    """What was offered."""
    peer: Peer
    """The peer as it was agreed."""
    slots: tuple[Slot, ...]
    """Down: its pool."""
    answer: str | UserError
    """The SDP answer, or why there is none."""


@dataclass(frozen=True, kw_only=True)
class FromWorker:
    """The media worker tells something that matters."""

    notice: WorkerNotice
    """What."""


@dataclass(frozen=True, kw_only=True)
class FromRecorder:
    """The recorder tells something that matters."""

    notice: RecorderNotice
    """What."""


@dataclass(frozen=True, kw_only=True)
class WorkerChanged:
    """The media worker has died, or a new one is ready."""

    alive: bool
    """Which of both."""


@dataclass(frozen=True, kw_only=True)
class RecorderChanged:
    """The recorder has died, or a new one is ready."""

    alive: bool
    """Which of both."""


@dataclass(frozen=True, kw_only=True)
class RecorderReady:
    """The recorder has answered whether it keeps the lesson."""

    step: Step | None
    """How free space stands; none if it does not."""
    moved: bool = False
    """Whether the lesson came from another recorder, because a worker has died."""


@dataclass(frozen=True, kw_only=True)
class EndAsked:
    """The server ends the lesson."""

    reason: EndReason
    """Why."""


@dataclass(frozen=True, kw_only=True)
class ConsentsChanged:
    """Parents of a class in the lesson have agreed, or no longer do."""

    standings: Mapping[ParticipantId, Standing]
    """How far the classes in the rooms have agreed now."""


Item = (
    Join
    | Said
    | PeerReady
    | FromWorker
    | FromRecorder
    | WorkerChanged
    | RecorderChanged
    | RecorderReady
    | EndAsked
    | ConsentsChanged
)
"""Anything that waits for the owner."""
