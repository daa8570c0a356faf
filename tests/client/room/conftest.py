import aioice.ice
import pytest

from client.room.addresses import use_loopback


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ICE use 127.0.0.1 in this test."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    use_loopback("http://127.0.0.1/lesson#token")
