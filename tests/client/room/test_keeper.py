import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from client.room.keeper import Keeper
from signaling.errors import Code, PeerError, UserError

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.room.keeper.AGAIN_S", 0.01)


class Peer:
    """Fails as often as it is told to; notes how it was renewed."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.renewals: list[bool] = []
        self.refusals: list[Code] = []
        self.hangs = False
        self.broken_off = 0

    async def renew(self, fresh: bool) -> None:
        self.renewals.append(fresh)
        if self.hangs:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.broken_off += 1
                raise
        if self.errors:
            raise self.errors.pop(0)

    def refused(self, error: UserError) -> bool:
        self.refusals.append(error.code)
        return error.code is Code.SECOND_MICROPHONE


@asynccontextmanager
async def kept(peer: Peer) -> AsyncIterator[Keeper]:
    keeper = Keeper(peer.renew, peer.refused)
    task = asyncio.create_task(keeper.run())
    yield keeper
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def settle() -> None:
    await asyncio.sleep(0.1)


async def test_wishes_that_come_together_are_one() -> None:
    peer = Peer()
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        keeper.want(fresh=True)
        await settle()
    assert peer.renewals == [True]


@pytest.mark.parametrize(
    "make", [lambda: ConnectionError(), lambda: PeerError(Code.BAD_SDP)], ids=["way", "words"]
)
async def test_what_broke_is_made_anew(make: Callable[[], Exception]) -> None:
    peer = Peer(make(), make())
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
    assert peer.renewals == [False, True, True]


async def test_a_refusal_that_passes_is_tried_again() -> None:
    peer = Peer(UserError(Code.MEDIA_UNAVAILABLE))
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
    assert peer.renewals == [False, True]


async def test_a_refusal_that_stays_is_not() -> None:
    peer = Peer(UserError(Code.TOO_MANY_SOURCES))
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
    assert peer.renewals == [False]
    assert peer.refusals == [Code.TOO_MANY_SOURCES]


async def test_an_offer_that_was_mended_goes_out_on_the_same_peer() -> None:
    peer = Peer(UserError(Code.SECOND_MICROPHONE))
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
    assert peer.renewals == [False, False]


async def test_a_fresh_peer_breaks_off_what_hangs() -> None:
    peer = Peer()
    peer.hangs = True
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
        peer.hangs = False
        keeper.want(fresh=True)
        await settle()
    assert peer.renewals == [False, True]
    assert peer.broken_off == 1


async def test_an_end_breaks_off_what_hangs() -> None:
    peer = Peer()
    peer.hangs = True
    async with kept(peer) as keeper:
        keeper.want(fresh=False)
        await settle()
    assert peer.broken_off == 1
