"""What a connection holds of its lesson: messages in, and word that it is over."""

from collections.abc import Callable

from server.live.device import Device
from server.live.inbox import Inbox
from server.live.items import Item, Said
from signaling.messages import Command, Report
from signaling.session import Answers, Outlet


class DeviceAttachment:
    """One connection of one device; see `signaling.session.Attachment`."""

    def __init__(
        self,
        device: Device,
        outlet: Outlet,
        inbox: Inbox[Item],
        zero: float,
        heard: Callable[[Device, float], None],
    ) -> None:
        self._device = device
        self._outlet = outlet
        self._inbox = inbox
        self._zero = zero
        self._heard = heard

    @property
    def zero(self) -> float:
        """Monotonic clock (s) at lesson time 0."""
        return self._zero

    @property
    def answers(self) -> Answers:
        """First answers to this device's requests."""
        return self._device.answers

    def heard(self, now: float) -> None:
        """Any message came at monotonic time `now`."""
        self._heard(self._device, now)

    async def receive(self, message: Command | Report) -> None:
        """Hand a message to the owner, waiting while its inbox is full."""
        await self._inbox.put(Said(device=self._device.id, message=message))

    def detach(self) -> None:
        """The connection is over; one that came in its place stays."""
        if self._device.outlet is self._outlet:
            self._device.outlet = None
