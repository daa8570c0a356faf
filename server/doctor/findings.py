"""What doctor says of each thing it looked at: facts and limits in, one finding out. Pure.

The sentences are in `signaling/locale`, under `doctor`; each says what is so and what to do.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Final

from server.doctor.facts import Announced, Certificate, Clock, Device, Freed, Machine, Room, Running

SLOW_MS: Final = 300.0
"""Round trip from which talking to each other gets hard (ITU-T G.114)."""
DOWN_KBPS: Final = 3000.0
"""A class receives the speaker's picture and small ones; `pages/check/findings.ts` knows it too."""
UP_KBPS: Final = 2000.0
"""And sends one picture with its sound."""
LOSS: Final = 0.02
"""Share of lost packets from which speech breaks up; `pages/check/findings.ts` knows it too."""
RENEW_DAYS: Final = 21
"""A given certificate that ends sooner is to be renewed; the own one renews itself before."""
CLOCK_WEAK_S: Final = 5.0
"""A clock that is so far off makes records of attendance doubtful."""
CLOCK_BAD_S: Final = 60.0
"""One that is so far off makes links end and second factors fail."""
DISK_WEAK_DAYS: Final = 30
DISK_BAD_DAYS: Final = 7
CPU_WEAK: Final = 0.7
"""Share of all cores in use; handshakes of a class that joins need the rest."""
CPU_BAD: Final = 0.9

Value = str | int | float


class Mark(StrEnum):
    """How it is."""

    GOOD = "✓"
    WEAK = "!"
    BAD = "✗"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line."""

    about: str
    """What was looked at; a word for programs."""
    mark: Mark
    """How it is."""
    word: str
    """Which sentence."""
    data: Mapping[str, Value]
    """What stands in it."""


def finding(about: str, mark: Mark, word: str, **data: Value) -> Finding:
    """One line."""
    return Finding(about=about, mark=mark, word=word, data=data)


def server(running: Running | None, *, held: bool) -> Finding:
    """Whether a server of this data folder runs, with its children."""
    if running is None:
        word, mark = ("server_deaf", Mark.BAD) if held else ("server_off", Mark.WEAK)
        return finding("server", mark, word)
    if not running.worker:
        return finding("server", Mark.BAD, "server_no_media")
    if not running.recorder:
        return finding("server", Mark.BAD, "server_no_recorder")
    return finding(
        "server", Mark.GOOD, "server_on", lessons=running.lessons, version=running.version
    )


def device(seen: Device) -> Finding:
    """How one device reaches us: the first thing that is wrong, else how good it is."""
    data: dict[str, Value] = {"who": seen.who, "host": seen.host}
    for passes, word in (
        (seen.https, "device_no_https"),
        (seen.websocket, "device_no_websocket"),
        (seen.udp, "device_no_udp"),
        (None not in (seen.rtt_ms, seen.up_kbps, seen.down_kbps), "device_unmeasured"),
    ):
        if not passes:
            return finding("device", Mark.BAD, word, **data)
    rtt, up, down = seen.rtt_ms or 0.0, seen.up_kbps or 0.0, seen.down_kbps or 0.0
    data |= {"rtt": max(1, round(rtt)), "up": f"{up / 1000:.1f}", "down": f"{down / 1000:.1f}"}
    lost = max(seen.loss_up or 0.0, seen.loss_down or 0.0)
    if lost >= LOSS:
        return finding("device", Mark.WEAK, "device_lossy", percent=round(100 * lost), **data)
    if seen.relay:
        return finding("device", Mark.WEAK, "device_by_relay", **data)
    if seen.tcp:
        return finding("device", Mark.WEAK, "device_by_tcp", **data)
    if rtt > SLOW_MS:
        return finding("device", Mark.WEAK, "device_slow", **data)
    if up < UP_KBPS or down < DOWN_KBPS:
        return finding("device", Mark.WEAK, "device_thin", **data)
    return finding("device", Mark.GOOD, "device_good", **data)


def nobody(seconds: float) -> Finding:
    """No device measured while we waited."""
    return finding("device", Mark.WEAK, "device_none", seconds=round(seconds))


def certificate(held: Certificate | None, utc: float, *, given: bool) -> Finding:
    """How long the certificate holds; `given` says whether there should be one."""
    if held is None:
        if given:
            return finding("certificate", Mark.BAD, "certificate_none")
        return finding("certificate", Mark.WEAK, "certificate_later")
    if held.kind == "proxy" and held.ends == 0:
        return finding("certificate", Mark.WEAK, "certificate_proxy")
    days = int((held.ends - utc) // 86_400)
    if held.ends <= utc:
        return finding("certificate", Mark.BAD, "certificate_over")
    if held.kind == "own":
        return finding("certificate", Mark.GOOD, "certificate_own", days=days)
    if days < RENEW_DAYS:
        return finding("certificate", Mark.WEAK, "certificate_soon", days=days)
    return finding("certificate", Mark.GOOD, "certificate_given", days=days)


def clock(read: Clock, devices: Sequence[Device]) -> Finding:
    """How far our clock is off, by the best source that could be asked."""
    ours = [-seen.clock_ms / 1000 for seen in devices if seen.clock_ms is not None]
    if read.ntp_s is not None:
        return _off(-read.ntp_s, "clock_by_ntp", source=read.ntp or "")
    if read.synchronised:
        return finding("clock", Mark.GOOD, "clock_by_system")
    if ours:
        return _off(median(ours), "clock_by_devices", count=len(ours))
    if read.synchronised is False:
        return finding("clock", Mark.WEAK, "clock_alone")
    return finding("clock", Mark.WEAK, "clock_unknown")


def _off(seconds: float, word: str, **data: Value) -> Finding:
    """By how much our clock is ahead (above zero) or late."""
    far = abs(seconds)
    mark = Mark.BAD if far > CLOCK_BAD_S else Mark.WEAK if far > CLOCK_WEAK_S else Mark.GOOD
    ending = "" if mark is Mark.GOOD else "_ahead" if seconds > 0 else "_late"
    return finding("clock", mark, word + ending, seconds=f"{far:.1f}", **data)


def disk(room: Room) -> Finding:
    """How many days the disk lasts if lessons go on as in the last week."""
    left = max(0, room.free - room.kept_free)
    sizes: dict[str, Value] = {"free": room.free_words, "week": room.week_words}
    if left == 0:
        return finding("disk", Mark.BAD, "disk_full", **sizes)
    if room.week == 0:
        return finding("disk", Mark.GOOD, "disk_idle", **sizes)
    days = int(left / (room.week / room.days))
    if days < DISK_BAD_DAYS:
        return finding("disk", Mark.BAD, "disk_soon", days=days, **sizes)
    mark, word = (Mark.WEAK, "disk_soon") if days < DISK_WEAK_DAYS else (Mark.GOOD, "disk_good")
    return finding("disk", mark, word, days=days, **sizes)


def freed(ahead: Freed) -> Finding:
    """How much of the disk comes back by itself, because recordings are over their time."""
    if ahead.later == 0:
        return finding("retention", Mark.GOOD, "freed_nothing")
    words = {"soon": ahead.soon_words, "later": ahead.later_words}
    return finding("retention", Mark.GOOD, "freed", **words)


def cpu(machine: Machine, running: Running | None) -> Finding:
    """How much of the machine is in use now, and by how many lessons."""
    data: dict[str, Value] = {
        "cores": machine.cores,
        "percent": round(100 * machine.load),
        "lessons": 0 if running is None else running.lessons,
    }
    if machine.load >= CPU_BAD:
        return finding("cpu", Mark.BAD, "cpu_full", **data)
    if machine.load >= CPU_WEAK:
        return finding("cpu", Mark.WEAK, "cpu_tight", **data)
    return finding("cpu", Mark.GOOD, "cpu_good", **data)


def restored(since: datetime, until: datetime, file: str) -> Finding:
    """Days whose deletions nobody could tell a restored data folder; `file` is its note of them."""
    days = {name: at.date().isoformat() for name, at in (("since", since), ("until", until))}
    return finding("deletions", Mark.BAD, "deletions_unknown", **days, file=file)


def networks(
    addresses: Iterable[str], held: Certificate | None, running: Running | None
) -> list[Finding]:
    """One line for each address of this machine: certificate, media, and what devices are told."""
    found = [_network(address, held, running) for address in addresses]
    return found or [finding("network", Mark.WEAK, "network_none")]


def _network(address: str, held: Certificate | None, running: Running | None) -> Finding:
    if held is None and running is None:
        return finding("network", Mark.GOOD, "network_later", address=address)
    named = held is None or held.kind == "proxy" or address in held.names
    if running is None:
        word = "network_unnamed" if not named else "network_untried"
        return finding("network", Mark.GOOD if named else Mark.WEAK, word, address=address)
    if running.host not in ("0.0.0.0", "::", address):
        return finding(
            "network", Mark.GOOD, "network_elsewhere", address=address, host=running.host
        )
    port = _listened(address, running.listening)
    if port is None:
        return finding("network", Mark.BAD, "network_no_media", address=address)
    if not named:
        return finding("network", Mark.BAD, "network_unnamed", address=address)
    told = Announced(address=address, port=port)
    if told in running.announced:
        return finding("network", Mark.GOOD, "network_good", address=address, port=port)
    if running.public:
        public = ", ".join(sorted({one.address for one in running.announced}))
        return finding("network", Mark.GOOD, "network_public", address=address, public=public)
    return finding("network", Mark.WEAK, "network_new", address=address)


def ipv6(addresses: Sequence[str], held: Certificate | None, running: Running | None) -> Finding:
    """Whether devices come by IPv6 too, or why not; without it all is well, they have IPv4."""
    if not addresses:
        return finding("ipv6", Mark.GOOD, "ipv6_none")
    data: dict[str, Value] = {"address": addresses[0]}
    if running is None:
        return finding("ipv6", Mark.GOOD, "ipv6_untried", **data)
    pages = running.host in ("::", *addresses)
    media = any(_listened(address, running.listening) is not None for address in addresses)
    if not (pages and media):
        mark = Mark.WEAK if pages or media else Mark.GOOD
        word = "ipv6_no_media" if pages else "ipv6_no_pages" if media else "ipv6_off"
        return finding("ipv6", mark, word, **data)
    return _served_by_ipv6(addresses, held, running)


def relay(url: str, relaying: str) -> Finding:
    """Whether a TURN server would carry a device's media."""
    mark = Mark.GOOD if relaying == "relays" else Mark.BAD
    return finding("relay", mark, f"relay_{relaying}", url=url)


def _served_by_ipv6(
    addresses: Sequence[str], held: Certificate | None, running: Running
) -> Finding:
    """The first address at which something is missing, else the first of all."""
    used = [address for address in addresses if running.host in ("::", address)]
    found = [_network(address, held, running) for address in used]
    amiss = [each for each in found if each.mark is not Mark.GOOD]
    if amiss:
        return Finding(about="ipv6", mark=amiss[0].mark, word=amiss[0].word, data=amiss[0].data)
    return finding("ipv6", Mark.GOOD, "ipv6_good", address=used[0])


def _listened(address: str, listening: Iterable[Announced]) -> int | None:
    """The media port at which an address is listened on; the unspecified one is all of a family."""
    own = ipaddress.ip_address(address)
    for one in listening:
        bound = ipaddress.ip_address(one.address)
        if bound == own or (bound.is_unspecified and bound.version == own.version):
            return one.port
    return None
