"""Which address of several media goes to."""

from typing import NamedTuple

import pytest

from server.media.nominations import STAYS, Nominations


class Check(NamedTuple):
    """A Binding Request, and whether media goes to its address from then on."""

    at: float
    address: str
    takes: bool
    nominates: bool = True
    session: str = "one"


UDP, OTHER_UDP, TCP, OTHER_TCP = "udp", "other udp", "tcp", "other tcp"
LATE = STAYS + 0.1


@pytest.mark.parametrize(
    "checks",
    [
        pytest.param([Check(0, UDP, True), Check(1, OTHER_UDP, True)], id="the last of UDP"),
        pytest.param([Check(0, UDP, False, nominates=False)], id="what is not nominated"),
        pytest.param([Check(0, TCP, True), Check(1, OTHER_TCP, True)], id="TCP alone"),
        pytest.param([Check(0, TCP, True), Check(1, UDP, True)], id="UDP after TCP"),
        pytest.param([Check(0, UDP, True), Check(STAYS, TCP, False)], id="no TCP beside UDP"),
        pytest.param([Check(0, UDP, True), Check(LATE, TCP, True)], id="TCP where UDP is silent"),
        pytest.param(
            [
                Check(0, UDP, True),
                Check(5, UDP, False, nominates=False),
                Check(LATE, TCP, False),
            ],
            id="UDP is checked again",
        ),
        pytest.param(
            [
                Check(0, UDP, True),
                Check(5, OTHER_UDP, False, nominates=False),
                Check(LATE, TCP, True),
            ],
            id="another pair by UDP says nothing",
        ),
        pytest.param(
            [
                Check(0, UDP, True),
                Check(1, TCP, False),
                Check(LATE, TCP, True, nominates=False),
            ],
            id="what was nominated too early counts later",
        ),
        pytest.param(
            [
                Check(0, TCP, True),
                Check(1, UDP, True),
                Check(1 + LATE, TCP, False, nominates=False),
            ],
            id="UDP nominated since undoes what was",
        ),
        pytest.param(
            [Check(0, UDP, True), Check(1, TCP, True, session="two")],
            id="TCP of another session",
        ),
    ],
)
def test_media_goes(checks: list[Check]) -> None:
    nominations = Nominations()
    for check in checks:
        takes = nominations.take(
            check.address,
            stream="tcp" in check.address,
            nominates=check.nominates,
            session=check.session,
            now=check.at,
        )
        assert takes == check.takes, check
