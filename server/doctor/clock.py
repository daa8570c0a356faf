"""Other sources of time: a time server (RFC 5905) and what this machine says itself. Blocking."""

import shutil
import socket
import struct
import subprocess
from typing import Final

from server.data_command import utc
from server.doctor.facts import Clock

PORT: Final = 123
ANSWER_SECONDS: Final = 2.0
SINCE_1900: Final = 2_208_988_800
"""Seconds from NTP's year 1900 to 1970."""

_REQUEST: Final = bytes([0x23]) + bytes(47)  # version 4, client
_TIMES: Final = struct.Struct("!32xQQ")
_FRACTION: Final = 1 << 32


def look_at_clock(server: str | None) -> Clock:
    """What they say; a time server is asked only if one is named."""
    offset = None if server is None else _ask(server)
    return Clock(ntp=server, ntp_s=offset, synchronised=_synchronised())


def _ask(server: str) -> float | None:
    """How far a time server, `HOST` or `HOST:PORT`, is ahead of us (RFC 5905, 8)."""
    host, _, port = server.partition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(ANSWER_SECONDS)
            asking.connect((host, int(port or PORT)))
            sent = utc().timestamp()
            asking.send(_REQUEST)
            answer = asking.recv(512)
            got = utc().timestamp()
    except (OSError, ValueError):
        return None
    return offset_in(answer, sent, got)


def offset_in(answer: bytes, sent: float, got: float) -> float | None:
    """The offset in a time server's answer; none if it says that it has no time itself."""
    if len(answer) < 48 or answer[0] & 7 != 4 or answer[0] >> 6 == 3 or answer[1] == 0:
        return None
    stamps: tuple[int, int] = _TIMES.unpack_from(answer)
    received, answered = (stamp / _FRACTION - SINCE_1900 for stamp in stamps)
    return ((received - sent) + (answered - got)) / 2


def _synchronised() -> bool | None:
    """Whether the system keeps its clock by the network (timedatectl(1)); none if it can't say."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        said = subprocess.run(
            [program, "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(said)
