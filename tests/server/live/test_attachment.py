from server.live.attachment import DeviceAttachment
from server.live.device import Device
from server.live.inbox import Inbox
from server.live.items import Item, Said
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import RaiseHand
from tests.support.halls import Ears


def attached(device: Device, ears: Ears, inbox: Inbox[Item]) -> DeviceAttachment:
    device.outlet = ears
    return DeviceAttachment(device, ears, inbox, 100.0, lambda device, now: None)


def make_device() -> Device:
    return Device(id=DeviceId("d"), participant=ParticipantId("p"), role=Role.ROOM)


async def test_messages_wait_for_the_owner() -> None:
    inbox: Inbox[Item] = Inbox()
    one = attached(make_device(), Ears(), inbox)
    await one.receive(RaiseHand(id=1))
    assert await inbox.get(1.0) == Said(device=DeviceId("d"), message=RaiseHand(id=1))
    assert one.zero == 100.0


def test_a_connection_that_was_replaced_takes_nothing_with_it() -> None:
    inbox: Inbox[Item] = Inbox()
    device, old, new = make_device(), Ears(), Ears()
    first, second = attached(device, old, inbox), attached(device, new, inbox)
    first.detach()
    assert device.outlet is new
    second.detach()
    assert device.outlet is None
