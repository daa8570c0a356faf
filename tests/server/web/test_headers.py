from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.headers import STATUS, content_policy
from signaling.errors import Code
from tests.support.websites import built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/lesson", "/assets/index-abc123.js"])
async def test_every_answer_is_secured(tmp_path: Path, client_folder: Path, path: str) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = (await site.client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_the_policy_names_our_own_socket() -> None:
    policy = content_policy("192.0.2.1:8080")
    assert "connect-src 'self' ws://192.0.2.1:8080 wss://192.0.2.1:8080;" in policy


def test_the_policy_names_the_socket_of_a_successor_too() -> None:
    policy = content_policy("a:8080", "[2001:db8::1]:8080")
    assert "connect-src 'self' ws://a:8080 wss://a:8080 ws://[2001:db8::1]:8080 wss://[" in policy


def test_pages_may_ask_a_successor_whether_it_answers() -> None:
    policy = content_policy("a:8080", "b:8443")
    assert " wss://b:8443 http://b:8443 https://b:8443;" in policy


@given(st.text())
def test_no_host_can_add_to_the_policy(host: str) -> None:
    policy = content_policy(host + ";")
    assert policy == content_policy("{}")
    assert policy.count(";") == 10


def test_statuses_are_of_known_codes() -> None:
    assert set(STATUS) <= set(Code)
