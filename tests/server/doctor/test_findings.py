from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.doctor import findings
from server.doctor.facts import Announced, Certificate, Clock, Device, Freed, Machine, Room, Running
from server.doctor.findings import Finding, Mark
from server.terminal import sentence
from tests.support.patients import RUNS

NOW = 1_800_000_000.0
DAY = 86_400.0
GOOD, WEAK, BAD = Mark.GOOD, Mark.WEAK, Mark.BAD
PANEL = Device(
    device="d",
    who="三(2)班大屏",
    host="192.0.2.7:8080",
    https=True,
    websocket=True,
    udp=True,
    rtt_ms=0.4,
    up_kbps=2000.0,
    down_kbps=3000.0,
    clock_ms=400.0,
)
OWN = Certificate(kind="own", ends=NOW + 100.5 * DAY, names=frozenset({"192.0.2.7", "localhost"}))
ROOM = Room(free=80, kept_free=10, week=7, days=7.0, free_words="80 B", week_words="7 B")
NOTHING = Clock(ntp=None, ntp_s=None, synchronised=None)


def told(finding: Finding) -> tuple[Mark, str]:
    """Mark and word; both languages have a sentence in which everything fits."""
    assert sentence("doctor", finding.word, finding.data, "zh")
    assert sentence("doctor", finding.word, finding.data, "en")
    return finding.mark, finding.word


@pytest.mark.parametrize(
    ("running", "held", "expected"),
    [
        (RUNS, False, (GOOD, "server_on")),
        (None, False, (WEAK, "server_off")),
        (None, True, (BAD, "server_deaf")),
        (replace(RUNS, worker=False), False, (BAD, "server_no_media")),
        (replace(RUNS, recorder=False), False, (BAD, "server_no_recorder")),
    ],
)
def test_a_server_runs_whole_in_part_or_not(
    running: Running | None, held: bool, expected: tuple[Mark, str]
) -> None:
    assert told(findings.server(running, held=held)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (GOOD, "device_good")),
        ({"https": False, "udp": False}, (BAD, "device_no_https")),
        ({"websocket": False, "udp": False}, (BAD, "device_no_websocket")),
        ({"udp": False, "rtt_ms": None}, (BAD, "device_no_udp")),
        ({"up_kbps": None}, (BAD, "device_unmeasured")),
        ({"tcp": True}, (WEAK, "device_by_tcp")),
        ({"relay": True}, (WEAK, "device_by_relay")),
        ({"loss_up": 0.02, "rtt_ms": 300.1}, (WEAK, "device_lossy")),
        ({"loss_down": 0.019, "rtt_ms": 300.1}, (WEAK, "device_slow")),
        ({"rtt_ms": 300.1, "up_kbps": 1.0}, (WEAK, "device_slow")),
        ({"up_kbps": 1999.0}, (WEAK, "device_thin")),
        ({"down_kbps": 2999.0}, (WEAK, "device_thin")),
    ],
)
def test_of_a_device_the_first_thing_that_is_wrong_is_told(
    change: dict[str, object], expected: tuple[Mark, str]
) -> None:
    assert told(findings.device(replace(PANEL, **change))) == expected  # type: ignore[arg-type]


def test_a_device_is_told_with_its_figures() -> None:
    line = findings.device(PANEL)
    assert sentence("doctor", line.word, line.data, "zh") == (
        "三(2)班大屏（打开 192.0.2.7:8080）：网页、课堂连接、画面和声音都通；"
        "往返 1 毫秒，上行 2.0、下行 3.0 Mbit/s。"
    )
    assert told(findings.nobody(120)) == (WEAK, "device_none")


@pytest.mark.parametrize(
    ("held", "given", "expected"),
    [
        (OWN, False, (GOOD, "certificate_own")),
        (replace(OWN, ends=NOW + 2 * DAY), False, (GOOD, "certificate_own")),
        (replace(OWN, ends=NOW), False, (BAD, "certificate_over")),
        (replace(OWN, kind="given"), True, (GOOD, "certificate_given")),
        (replace(OWN, kind="given", ends=NOW + 20 * DAY), True, (WEAK, "certificate_soon")),
        (replace(OWN, kind="proxy", ends=0.0), True, (WEAK, "certificate_proxy")),
        (replace(OWN, kind="proxy"), True, (GOOD, "certificate_given")),
        (None, True, (BAD, "certificate_none")),
        (None, False, (WEAK, "certificate_later")),
    ],
)
def test_a_certificate_holds_so_long(
    held: Certificate | None, given: bool, expected: tuple[Mark, str]
) -> None:
    assert told(findings.certificate(held, NOW, given=given)) == expected


def test_whole_days_of_a_certificate_are_counted() -> None:
    assert findings.certificate(OWN, NOW, given=True).data == {"days": 100}


@pytest.mark.parametrize(
    ("read", "leads_ms", "expected", "seconds"),
    [
        # A time server that is ahead means that we are late, and the other way round.
        (replace(NOTHING, ntp="t", ntp_s=61.0), [0], (BAD, "clock_by_ntp_late"), "61.0"),
        (replace(NOTHING, ntp="t", ntp_s=-6.0), [], (WEAK, "clock_by_ntp_ahead"), "6.0"),
        (replace(NOTHING, ntp="t", ntp_s=0.04), [9e9], (GOOD, "clock_by_ntp"), "0.0"),
        (replace(NOTHING, synchronised=True), [9e9], (GOOD, "clock_by_system"), None),
        (NOTHING, [400.0], (GOOD, "clock_by_devices"), "0.4"),
        # One device of three that is wrong does not make ours wrong.
        (NOTHING, [100.0, 90_000_000.0, -200.0], (GOOD, "clock_by_devices"), "0.1"),
        (NOTHING, [90_000.0], (BAD, "clock_by_devices_late"), "90.0"),
        (replace(NOTHING, synchronised=False), [-7000.0], (WEAK, "clock_by_devices_ahead"), "7.0"),
        (replace(NOTHING, synchronised=False), [], (WEAK, "clock_alone"), None),
        (replace(NOTHING, ntp="t"), [], (WEAK, "clock_unknown"), None),
    ],
)
def test_the_clock_is_held_against_the_best_source(
    read: Clock, leads_ms: list[float], expected: tuple[Mark, str], seconds: str | None
) -> None:
    devices = [replace(PANEL, clock_ms=lead) for lead in leads_ms]
    line = findings.clock(read, [*devices, replace(PANEL, clock_ms=None)])
    assert told(line) == expected
    assert line.data.get("seconds") == seconds


@pytest.mark.parametrize(
    ("room", "expected", "days"),
    [
        (ROOM, (GOOD, "disk_good"), 70),
        (replace(ROOM, days=1.0), (WEAK, "disk_soon"), 10),
        (replace(ROOM, free=16), (BAD, "disk_soon"), 6),
        (replace(ROOM, free=10), (BAD, "disk_full"), None),
        (replace(ROOM, week=0), (GOOD, "disk_idle"), None),
    ],
)
def test_the_disk_lasts_so_many_days(
    room: Room, expected: tuple[Mark, str], days: int | None
) -> None:
    line = findings.disk(room)
    assert (told(line), line.data.get("days")) == (expected, days)


def test_what_the_disk_gets_back_is_said_where_there_is_something() -> None:
    ahead = Freed(soon=0, later=2_000, soon_words="0 B", later_words="2.0 kB")
    line = findings.freed(ahead)
    assert (told(line), line.data) == ((GOOD, "freed"), {"soon": "0 B", "later": "2.0 kB"})
    assert told(findings.freed(replace(ahead, later=0))) == (GOOD, "freed_nothing")


@pytest.mark.parametrize(
    ("load", "expected"),
    [(0.69, (GOOD, "cpu_good")), (0.7, (WEAK, "cpu_tight")), (0.9, (BAD, "cpu_full"))],
)
def test_the_processor_has_head_room(load: float, expected: tuple[Mark, str]) -> None:
    line = findings.cpu(Machine(cores=2, load=load), RUNS)
    assert told(line) == expected
    assert (line.data["percent"], line.data["lessons"]) == (round(load * 100), 2)


ELSEWHERE = replace(RUNS, listening=(Announced(address="192.0.2.9", port=40_000),))
BEHIND = replace(RUNS, public=True, announced=(Announced(address="203.0.113.5", port=40_000),))
UNTOLD = replace(RUNS, announced=())
PROXIED = Certificate(kind="proxy", ends=0.0, names=frozenset())


@pytest.mark.parametrize(
    ("held", "running", "expected"),
    [
        (OWN, RUNS, (GOOD, "network_good")),
        (PROXIED, RUNS, (GOOD, "network_good")),
        (replace(OWN, names=frozenset({"localhost"})), RUNS, (BAD, "network_unnamed")),
        (OWN, ELSEWHERE, (BAD, "network_no_media")),
        (OWN, BEHIND, (GOOD, "network_public")),
        (OWN, UNTOLD, (WEAK, "network_new")),
        (OWN, replace(RUNS, host="192.0.2.9"), (GOOD, "network_elsewhere")),
        (OWN, None, (GOOD, "network_untried")),
        (replace(OWN, names=frozenset()), None, (WEAK, "network_unnamed")),
        (None, None, (GOOD, "network_later")),
    ],
)
def test_each_network_is_looked_at_by_itself(
    held: Certificate | None, running: Running | None, expected: tuple[Mark, str]
) -> None:
    (line,) = findings.networks(["192.0.2.7"], held, running)
    assert told(line) == expected


def test_a_machine_of_two_homes_has_two_lines_and_one_alone_is_told() -> None:
    lines = findings.networks(["192.0.2.7", "198.51.100.7"], OWN, RUNS)
    assert [told(line)[1] for line in lines] == ["network_good", "network_unnamed"]
    (alone,) = findings.networks([], OWN, RUNS)
    assert told(alone) == (WEAK, "network_none")


SIX = "2001:db8::7"
BY_SIX = replace(
    RUNS,
    host="::",
    listening=(*RUNS.listening, Announced(address="::", port=40_000)),
    announced=(*RUNS.announced, Announced(address=SIX, port=40_000)),
)
NAMED = replace(OWN, names=frozenset({SIX}))


@pytest.mark.parametrize(
    ("addresses", "held", "running", "expected"),
    [
        ([], OWN, RUNS, (GOOD, "ipv6_none")),
        ([SIX], OWN, None, (GOOD, "ipv6_untried")),
        ([SIX], OWN, RUNS, (GOOD, "ipv6_off")),
        ([SIX], NAMED, replace(RUNS, host="::"), (WEAK, "ipv6_no_media")),
        ([SIX], NAMED, replace(BY_SIX, host="0.0.0.0"), (WEAK, "ipv6_no_pages")),
        ([SIX], OWN, BY_SIX, (BAD, "network_unnamed")),
        ([SIX], NAMED, replace(BY_SIX, announced=RUNS.announced), (WEAK, "network_new")),
        ([SIX], NAMED, BY_SIX, (GOOD, "ipv6_good")),
        (["2001:db8::8", SIX], NAMED, replace(BY_SIX, host=SIX), (GOOD, "ipv6_good")),
    ],
)
def test_ipv6_is_listened_on_or_told_why_not(
    addresses: list[str],
    held: Certificate,
    running: Running | None,
    expected: tuple[Mark, str],
) -> None:
    line = findings.ipv6(addresses, held, running)
    assert line.about == "ipv6"
    assert told(line) == expected


def test_days_that_a_restore_could_not_be_told_of_are_bad_until_somebody_checked() -> None:
    since, until = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC)
    found = findings.restored(since, until, "/d/restored.json")
    assert (found.mark, found.word) == (Mark.BAD, "deletions_unknown")
    assert found.data == {
        "since": "2026-11-20",
        "until": "2026-11-26",
        "file": "/d/restored.json",
    }
