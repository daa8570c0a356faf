import asyncio

import pytest

from server.live.inbox import FROM_DEVICES, FROM_PROCESSES, Inbox, InboxFullError


async def test_items_come_in_one_order() -> None:
    inbox: Inbox[int] = Inbox()
    await inbox.put(1)
    inbox.post(2)
    await inbox.put(3)
    assert [await inbox.get(1.0) for _ in range(3)] == [1, 2, 3]


async def test_nothing_comes_within_its_time() -> None:
    inbox: Inbox[int] = Inbox()
    assert await inbox.get(0.0) is None
    assert await inbox.get(0.01) is None


async def test_devices_wait_while_their_messages_are_unread() -> None:
    inbox: Inbox[int] = Inbox()
    for number in range(FROM_DEVICES):
        await inbox.put(number)
    waiting = asyncio.create_task(inbox.put(-1))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    inbox.post(-2)
    assert await inbox.get(1.0) == 0
    await waiting


async def test_our_own_processes_never_wait_but_are_bounded() -> None:
    inbox: Inbox[int] = Inbox()
    for number in range(FROM_DEVICES + FROM_PROCESSES):
        inbox.post(number)
    with pytest.raises(InboxFullError):
        inbox.post(-1)


async def test_draining_takes_what_comes_meanwhile() -> None:
    inbox: Inbox[int] = Inbox()
    inbox.post(3)
    seen = []
    for item in inbox.drain():
        seen.append(item)
        if item:
            inbox.post(item - 1)
    assert seen == [3, 2, 1, 0]
