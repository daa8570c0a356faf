import asyncio
from pathlib import Path

import pytest

from server.access.turn import Relay
from server.doctor.relay import look_at_relay
from server.relay import lender
from tests.support.coturn import SECRET, coturn


def seen(secret: str, *urls: str) -> list[str]:
    """What came of asking there with a secret."""
    (server,) = lender(Relay(urls=urls, secret=secret.encode()))()
    return [relaying for _, relaying in look_at_relay(server)]


@pytest.mark.slow
async def test_a_relay_gives_an_address_for_the_right_secret_alone(tmp_path: Path) -> None:
    async with coturn(tmp_path / "turn") as running:
        urls = (running.url("udp"), running.url("tcp"))
        assert await asyncio.to_thread(seen, SECRET, *urls) == ["relays", "relays"]
        assert await asyncio.to_thread(seen, "south", *urls) == ["refuses", "refuses"]


def test_nobody_answers_where_there_is_no_relay() -> None:
    urls = ("turn:127.0.0.1:9?transport=tcp", "turn:127.0.0.1:9?transport=udp", "turns:127.0.0.1:9")
    assert seen(SECRET, *urls) == ["silent"] * 3
