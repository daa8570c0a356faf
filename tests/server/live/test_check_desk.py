import contextlib
from datetime import UTC, datetime

import pytest

from server.live.check_desk import (
    AGAIN_SECONDS,
    DEVICES,
    OVERALL,
    PER_NETWORK,
    PER_PERSON,
    PERSONS,
    RUNS,
    TRANSFERS,
    CheckDesk,
    Measured,
    Reported,
)
from server.programme.refusal import Refusal, RefusedError


def reported(device: str, name: str = "") -> Reported:
    measured = Measured(
        device=device,
        name=name,
        browser="Chrome 87",
        https=True,
        websocket=True,
        udp=True,
        tcp=False,
        relay=False,
        udp_to=None,
        rtt_ms=3.0,
        up_kbps=2000.0,
        down_kbps=2000.0,
        clock_ms=0.0,
        loss_up=0.0,
        loss_down=None,
        jitter_ms=2.0,
    )
    at = datetime(2026, 9, 1, tzinfo=UTC)
    return Reported(measured=measured, host="192.0.2.7:8080", address="192.0.2.9", at=at)


def admitted(desk: CheckDesk, address: str, now: float, tries: int) -> int:
    """How many of so many requests are answered."""
    count = 0
    for _ in range(tries):
        with contextlib.suppress(RefusedError):
            desk.admit(address, now)
            count += 1
    return count


def test_one_network_asks_so_often_and_others_go_on() -> None:
    desk = CheckDesk()
    at_once = int(PER_NETWORK[1])
    assert admitted(desk, "192.0.2.1", 0.0, 2 * at_once) == at_once
    with pytest.raises(RefusedError) as refusal:
        desk.admit("192.0.2.1", 0.0)
    assert refusal.value.refusal is Refusal.CHECK_BUSY
    assert refusal.value.data == {"seconds": AGAIN_SECONDS}
    assert admitted(desk, "192.0.2.2", 0.0, 1) == 1
    assert admitted(desk, "192.0.2.1", 10.0, at_once) == int(10 * PER_NETWORK[0])


def test_all_together_ask_so_often() -> None:
    desk = CheckDesk()
    total = sum(admitted(desk, f"192.0.2.{n}", 0.0, 100) for n in range(5))
    assert total == int(OVERALL[1])


def test_so_many_transfers_are_measured_at_once() -> None:
    desk = CheckDesk()
    running = [desk.transfer() for _ in range(TRANSFERS)]
    for each in running:
        each.__enter__()
    with pytest.raises(RefusedError), desk.transfer():
        pass
    running[0].__exit__(None, None, None)
    with desk.transfer():
        pass


def test_the_newest_report_of_each_device_is_kept_under_its_link() -> None:
    desk = CheckDesk()
    desk.report("one", reported("a"))
    desk.report("one", reported("b"))
    desk.report("two", reported("c"))
    desk.report("one", reported("a", name="三(2)班大屏"))
    assert [(r.measured.device, r.measured.name) for r in desk.reports("one")] == [
        ("b", ""),
        ("a", "三(2)班大屏"),
    ]
    assert desk.reports("nobody") == []


def test_reports_are_bounded() -> None:
    desk = CheckDesk()
    for n in range(DEVICES + 5):
        desk.report("one", reported(f"d{n}"))
    assert len(desk.reports("one")) == DEVICES
    assert desk.reports("one")[0].measured.device == "d5"
    for n in range(RUNS):
        desk.report(f"run {n}", reported("x"))
    assert desk.reports("one") == []


def granted(desk: CheckDesk, who: str, now: float, tries: int) -> int:
    """How many of so many tickets somebody gets."""
    count = 0
    for _ in range(tries):
        with contextlib.suppress(RefusedError):
            desk.grant(who, now)
            count += 1
    return count


def test_each_takes_so_many_tickets_and_others_go_on() -> None:
    desk, most = CheckDesk(), int(PER_PERSON[1])
    assert granted(desk, "one", 0.0, 3 * most) == most
    assert granted(desk, "two", 0.0, 1) == 1
    with pytest.raises(RefusedError) as refusal:
        desk.grant("one", 1.0)
    assert refusal.value.data == {"seconds": 10}
    assert granted(desk, "one", 10.0, most) == 1
    for n in range(PERSONS):
        desk.grant(f"another {n}", 10.0)
    assert granted(desk, "one", 10.0, 2 * most) == most
