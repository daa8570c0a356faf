import asyncio

import pytest

from server.live import check_peers
from server.live.check_peers import CHECKS, PEERS, CheckPeers
from server.live.plane import lesson_of_peer
from server.media.requests import ClosePeer, PeerLost
from server.programme.refusal import RefusedError
from signaling.agreement import Agreement, Transport
from signaling.errors import Code, PeerError, UserError
from signaling.ids import LessonId, PeerId
from tests.support.listening import Told, listening
from tests.support.offers import TRANSPORT, offer


class Opened:
    """Stands for the worker: notes which peers it was asked for, and gives its end of each."""

    def __init__(self) -> None:
        self.peers: list[PeerId] = []
        self.agreements: list[Agreement] = []

    async def open_peer(self, lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
        assert lesson == CHECKS
        self.peers.append(peer)
        self.agreements.append(agreement)
        await asyncio.sleep(0)
        return TRANSPORT


def answered(told: Told, monkeypatch: pytest.MonkeyPatch) -> Opened:
    opened = Opened()
    monkeypatch.setattr(told.plane, "open_peer", opened.open_peer)
    return opened


async def test_a_peer_carries_nothing_and_is_closed_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check_peers, "SECONDS", 0.05)
    with listening(monkeypatch) as told:
        opened = answered(told, monkeypatch)
        text = await CheckPeers(told.plane).open(offer("chromium_up"))
        assert "a=inactive" in text
        assert "a=recvonly" not in text
        assert "192.0.2.1 40000" in text
        assert not any(section.active for section in opened.agreements[0].sections)
        assert lesson_of_peer(opened.peers[0]) == CHECKS
        assert told.worker == []
        await asyncio.sleep(0.1)
        assert told.worker == [ClosePeer(peer=opened.peers[0])]


async def test_only_so_many_are_open_and_one_that_is_lost_leaves_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        opened = answered(told, monkeypatch)
        peers = CheckPeers(told.plane)
        await asyncio.gather(*(peers.open(offer("chromium_up")) for _ in range(PEERS)))
        assert len(set(opened.peers)) == PEERS
        with pytest.raises(RefusedError):
            await peers.open(offer("chromium_up"))
        lost = PeerLost(peer=opened.peers[3], why="silent")
        for lesson in told.plane.affected_by(lost):
            lesson.from_worker(lost)
        await peers.open(offer("chromium_up"))
        with pytest.raises(RefusedError):
            await peers.open(offer("chromium_up"))
        peers.worker_changed(False)
        await peers.open(offer("chromium_up"))
        peers.worker_changed(False)


async def test_what_is_no_offer_is_refused_and_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        peers = CheckPeers(told.plane)
        for _ in range(PEERS + 1):
            with pytest.raises(PeerError):
                await peers.open("v=0\r\n")


async def test_without_a_worker_there_is_no_media_and_nothing_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        peers = CheckPeers(told.plane)
        for _ in range(PEERS + 1):
            with pytest.raises(UserError) as refusal:
                await peers.open(offer("firefox_up"))
            assert refusal.value.code is Code.MEDIA_UNAVAILABLE
