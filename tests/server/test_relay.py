import asyncio
from pathlib import Path

import pytest
from aioice.stun import TransactionFailed
from aioice.turn import create_turn_endpoint

from server.access.turn import Relay
from server.relay import RelayError, lender, read_relay
from tests.support.coturn import Coturn, coturn

URLS = ("turn:turn.example.org",)


def test_the_secret_is_what_the_file_holds_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "turn.secret"
    secret.write_text("north\n")
    assert read_relay(URLS, secret).secret == b"north"


def test_each_device_has_credentials_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "turn.secret"
    secret.write_text("north")
    lend = lender(read_relay(URLS, secret))
    assert len({server.username for _ in range(3) for server in lend()}) == 3


def test_nobody_is_lent_a_relay_where_there_is_none() -> None:
    assert lender(read_relay((), None))() == ()


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_secret_that_is_none_is_named(tmp_path: Path, text: str | None) -> None:
    secret = tmp_path / "turn.secret"
    if text is not None:
        secret.write_text(text)
    with pytest.raises(RelayError, match=r"turn_secret.*turn\.secret"):
        read_relay(URLS, secret)


async def allocated(relay: Relay, at: Coturn, transport: str) -> bool:
    """Whether coturn gives us an address of its own."""
    (server,) = lender(relay)()
    try:
        way, _ = await create_turn_endpoint(
            asyncio.DatagramProtocol,
            (at.host, at.port),
            server.username,
            server.credential,
            transport=transport,
        )
    except TransactionFailed:
        return False
    way.close()
    return True


@pytest.mark.slow
async def test_coturn_knows_its_secret_from_another(tmp_path: Path) -> None:
    async with coturn(tmp_path / "turn") as running:
        right = await asyncio.to_thread(read_relay, (running.url("tcp"),), running.secret)
        assert await allocated(right, running, "tcp")
        assert await allocated(right, running, "udp")
        assert not await allocated(Relay(urls=right.urls, secret=b"south"), running, "tcp")
