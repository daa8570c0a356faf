import asyncio

import pytest

from server.live import check_peers
from server.live.check_peers import CHECKING, CHECKS, CheckPeers
from server.live.peer_names import lesson_of_peer
from server.live.workers import Workers
from server.media.requests import Bind, ClosePeer, ForgetSource, PeerLost, SetGate
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


UP, DOWN = offer("chromium_up"), offer("chromium_down")


def answered(told: Told, monkeypatch: pytest.MonkeyPatch) -> Opened:
    opened = Opened()
    monkeypatch.setattr(told.plane, "open_peer", opened.open_peer)
    return opened


async def test_a_device_gets_its_picture_back_unrepaired_and_both_ends_are_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check_peers, "SECONDS", 0.05)
    with listening(monkeypatch) as told:
        opened = answered(told, monkeypatch)
        up, down = await CheckPeers(Workers([told.plane])).open(UP, DOWN)
        assert (up.count("a=recvonly"), down.count("a=sendonly")) == (1, 1)
        assert "192.0.2.1 40000" in up
        assert "rtx" not in up + down
        sections = [one for each in opened.agreements for one in each.sections if one.active]
        assert [len(one.payloads) for one in sections] == [1, 1]
        assert not any("nack" in one.feedback for one in sections)
        assert {lesson_of_peer(peer) for peer in opened.peers} == {CHECKS}
        gate, bind = told.worker
        assert isinstance(gate, SetGate)
        assert gate.open
        assert isinstance(bind, Bind)
        assert (bind.peer, bind.slots[0].source) == (opened.peers[1], gate.source)
        await asyncio.sleep(0.1)
        assert told.worker[2:] == [
            *(ClosePeer(peer=peer) for peer in opened.peers),
            ForgetSource(source=gate.source),
        ]


async def test_only_so_many_are_open_and_one_that_is_lost_leaves_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        opened = answered(told, monkeypatch)
        peers = CheckPeers(Workers([told.plane]))
        await asyncio.gather(*(peers.open(UP, DOWN) for _ in range(CHECKING)))
        assert len(set(opened.peers)) == 2 * CHECKING
        with pytest.raises(RefusedError):
            await peers.open(UP, DOWN)
        lost = PeerLost(peer=opened.peers[3], why="silent")
        for _ in range(2):
            for lesson in told.plane.affected_by(lost):
                lesson.from_worker(lost)
        await peers.open(UP, DOWN)
        with pytest.raises(RefusedError):
            await peers.open(UP, DOWN)
        peers.lost_all(told.plane)
        await peers.open(UP, DOWN)
        peers.lost_all(told.plane)


async def test_a_browser_without_our_picture_still_learns_whether_packets_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        opened = answered(told, monkeypatch)
        peers = CheckPeers(Workers([told.plane]))
        await peers.open(UP.replace(" VP8/", " VPX/"), DOWN)
        assert not any(one.active for each in opened.agreements for one in each.sections)
        peers.lost_all(told.plane)


async def test_what_is_no_offer_is_refused_and_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        peers = CheckPeers(Workers([told.plane]))
        for _ in range(CHECKING + 1):
            for up, down in ((UP, "v=0\r\n"), ("v=0\r\n", DOWN)):
                with pytest.raises(PeerError):
                    await peers.open(up, down)


async def test_without_a_worker_there_is_no_media_and_nothing_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening(monkeypatch) as told:
        peers = CheckPeers(Workers([told.plane]))
        for _ in range(CHECKING + 1):
            with pytest.raises(UserError) as refusal:
                await peers.open(offer("firefox_up"), offer("firefox_down"))
            assert refusal.value.code is Code.MEDIA_UNAVAILABLE
