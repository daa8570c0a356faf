"""What the load generator says of losses and delays that this file made, to the packet."""

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from pylibsrtp import Policy, Session

from bench.endpoint import open_socket
from bench.engine import Counted, Engine, Stream, Watch
from bench.footage import Picture

KEY = bytes(range(28))  # AES-128-GCM: key and salt
VIDEO, SSRC = 96, 7
EVERY_S, PIECES = 0.01, 2
"""A picture each 10 ms, of two packets."""
SECONDS, TAIL_S = 1.0, 0.3
SHIFT = 65_400
"""The server's sequence numbers begin anew within the second."""

pytestmark = pytest.mark.timed


def session(kind: int) -> Session:
    return Session(
        policy=Policy(key=KEY, ssrc_type=kind, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    )


class End:
    """A peer that has shaken hands."""

    def __init__(self, server: socket.socket) -> None:
        self.socket = open_socket(server.getsockname())
        self._sessions = session(Policy.SSRC_ANY_OUTBOUND), session(Policy.SSRC_ANY_INBOUND)

    def sessions(self) -> tuple[Session, Session]:
        return self._sessions

    def check(self) -> bytes:
        return b"\0" * 20


@dataclass
class Fate:
    """What becomes of one packet."""

    copies: int = 1
    late_s: float = 0.0
    forged: bool = False


@dataclass
class Relay:
    """A server that loses, repeats and delays as it is told."""

    fate: Callable[[int], Fate]
    publisher: socket.socket
    watcher: socket.socket
    to: tuple[str, int]
    lost: int = 0
    stopping: bool = False
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)

    def run(self) -> None:
        """Forward until told to stop."""
        opens, closes = session(Policy.SSRC_ANY_INBOUND), session(Policy.SSRC_ANY_OUTBOUND)
        while not self.stopping:
            if select.select([self.publisher], [], [], 0.001)[0]:
                self._take(self.publisher.recv(2048), opens, closes)
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                self.watcher.sendto(self.waiting.popleft()[1], self.to)

    def _take(self, data: bytes, opens: Session, closes: Session) -> None:
        if data[0] >> 6 != 2 or 192 <= data[1] <= 223:
            return
        plain = opens.unprotect(data)
        if int.from_bytes(plain[8:12], "big") != SSRC:
            return
        number = int.from_bytes(plain[2:4], "big")
        fate = self.fate(number)
        self.lost += fate.copies == 0
        renumbered = ((number + SHIFT) % 65_536).to_bytes(2, "big")
        sealed = closes.protect(plain[:2] + renumbered + plain[4:8] + b"\0\0\0\x09" + plain[12:])
        if fate.forged:
            sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        self.waiting += [(time.monotonic() + fate.late_s, sealed)] * fate.copies


def clip(layer: int) -> list[Picture]:
    """Pictures whose packets can be told apart, from those of another layer too."""
    return [
        Picture(
            key=number % 10 == 0,
            payloads=[bytes([65 + layer, number, part] * 40) for part in (1, 2)],
        )
        for number in range(200)
    ]


@contextmanager
def relayed(
    fate: Callable[[int], Fate], each: int = 1, *, layers: int = 1
) -> Iterator[tuple[Engine, Relay]]:
    """An engine that publishes to a relay and watches what it passes on, once that has begun.

    That is the lowest of so many layers.
    """
    ends = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for end in ends:
        end.bind(("127.0.0.1", 0))
    engine, publisher, watcher = Engine(), End(ends[0]), End(ends[1])
    relay = Relay(fate, ends[0], ends[1], watcher.socket.getsockname())
    thread = threading.Thread(target=relay.run)
    thread.start()
    streams = [
        Stream(
            ssrc=SSRC + layer,
            clip=engine.clip(clip(layer)),
            payload_type=VIDEO,
            clock_rate=90_000,
            video=True,
            every_s=EVERY_S,
            mid="0",
        )
        for layer in range(layers)
    ]
    number = engine.publish(publisher, streams)
    watch = Watch(
        publisher=number, video_type=VIDEO, audio_type=111, wide_id=0, remb=False, each=each
    )
    engine.watch(watcher, watch)
    engine.start()
    try:
        deadline = time.monotonic() + 5
        while not engine.seen():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield engine, relay
    finally:
        engine.stop()
        relay.stopping = True
        thread.join()
        for opened in (*ends, publisher.socket, watcher.socket):
            opened.close()


def counted(fate: Callable[[int], Fate], each: int = 1, *, layers: int = 1) -> tuple[Counted, int]:
    """What the engine says of a window of a second, and how many packets were lost in it.

    It decrypts one packet every `each` turns, each packet if that is 1.
    `fate` gets numbers that count from a tenth of a second after the window has begun.
    """
    begun: list[int] = []
    newest = [0]

    def from_there(number: int) -> Fate:
        newest[0] = number
        return fate(number - begun[0]) if begun else Fate()

    with relayed(from_there, each, layers=layers) as (engine, relay):
        engine.begin(SECONDS)
        time.sleep(0.1)
        begun.append(newest[0] + 1)
        time.sleep(SECONDS - 0.1 + TAIL_S)
        return engine.counted(), relay.lost


@pytest.mark.parametrize("each", [1, 4])
def test_every_lost_packet_is_missed_and_no_other(each: int) -> None:
    lost = {3, 4, 5, 20, 41, 60, 99}
    figures, made = counted(lambda number: Fate(copies=0 if number in lost else 1), each)
    assert made == len(lost)
    assert figures.expected - figures.received == len(lost)
    assert figures.expected == pytest.approx(SECONDS / EVERY_S * PIECES, abs=3 * PIECES)
    assert figures.unknown == 0


def test_what_comes_twice_counts_once_and_hides_no_loss() -> None:
    figures, _ = counted(lambda number: Fate(copies=0 if number in (10, 50) else 2))
    assert figures.expected - figures.received == 2
    assert figures.forwarded == figures.received
    assert figures.lowered == 0


def test_packets_of_a_layer_below_the_best_are_told_and_one_in_two_hundred_is_asked_for() -> None:
    figures, _ = counted(lambda _: Fate(), layers=2)
    assert figures.lowered == figures.forwarded > 0
    assert figures.nacks == pytest.approx(figures.received / 200, abs=1)


def test_a_forged_packet_that_is_looked_at_did_not_come() -> None:
    forged = {10, 11, 40}
    figures, _ = counted(lambda number: Fate(forged=number in forged))
    assert figures.unknown == len(forged)
    assert figures.expected - figures.received == len(forged)


def test_what_is_late_is_no_loss_and_its_delay_is_told() -> None:
    figures, _ = counted(lambda number: Fate(late_s=0.05 if number > 20 else 0.0))
    assert figures.expected == figures.received
    assert 50 <= figures.median_ms < figures.worst_ms + 0.01 < 500
    assert figures.p99_ms >= 50


def test_a_few_late_packets_are_in_the_last_percent_alone() -> None:
    figures, _ = counted(lambda number: Fate(late_s=0.08 if number in range(60, 66) else 0.0))
    assert figures.median_ms < 40 < 60 <= figures.p99_ms
    assert figures.worst_ms >= 80
