import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.doctor.clock import SINCE_1900, look_at_clock, offset_in

FRACTION = 1 << 32


def answer(first: int, stratum: int, received: float, sent: float) -> bytes:
    stamps = (int((each + SINCE_1900) * FRACTION) for each in (received, sent))
    return bytes([first, stratum]) + bytes(30) + struct.pack("!QQ", *stamps)


@contextmanager
def time_server(ahead: float, stratum: int = 2) -> Iterator[str]:
    """A time server whose clock is ahead; one answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)

        def serve() -> None:
            asked, address = listening.recvfrom(512)
            assert (len(asked), asked[0] & 7) == (48, 3)
            now = datetime.now(UTC).timestamp() + ahead
            listening.sendto(answer(0x24, stratum, now, now), address)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_time_server_is_asked() -> None:
    with time_server(ahead=90.0) as name:
        read = look_at_clock(name)
    assert read.ntp == name
    assert read.ntp_s == pytest.approx(90.0, abs=1.0)


def test_one_that_has_no_time_itself_says_nothing() -> None:
    with time_server(ahead=90.0, stratum=0) as name:
        assert look_at_clock(name).ntp_s is None


@pytest.mark.parametrize("name", ["127.0.0.1:9", "127.0.0.1:x", "no such host"])
def test_one_that_is_not_there_says_nothing(name: str) -> None:
    assert look_at_clock(name).ntp_s is None


def test_the_way_there_and_back_is_taken_out() -> None:
    assert offset_in(answer(0x24, 1, 110.25, 110.5), 100.0, 100.75) == pytest.approx(10.0)


@pytest.mark.parametrize("said", [b"", answer(0x23, 1, 0, 0), answer(0xE4, 1, 0, 0)])
def test_what_is_no_answer_says_nothing(said: bytes) -> None:
    assert offset_in(said, 0.0, 0.0) is None


@pytest.mark.parametrize(
    ("script", "expected"),
    [("echo yes", True), ("echo no", False), ("echo", None), ("exit 1", None)],
)
def test_the_system_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: bool | None
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text(
        f'#!/bin/sh\n[ "$*" = "show --property=NTPSynchronized --value" ] && {script}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look_at_clock(None).synchronised is expected


def test_a_system_without_the_command_can_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look_at_clock(None).synchronised is None
