from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.access.certificates import own_certificate
from server.web import trust
from server.web.pages import Pages
from server.web.setup import Trusted, make_setup_app
from tests.support.websites import Client, built_client

HOST = {"Host": "192.0.2.7:8081"}
LIAR = {"Host": 'a"&calc&"'}
PAGE = "<!doctype html><title>/setup</title>"


@pytest.fixture
def trusted(tmp_path: Path) -> Trusted:
    folder = built_client(tmp_path / "dist")
    (folder / "setup.html").write_text(PAGE)
    own = own_certificate(tmp_path / "tls", ["localhost"], datetime.now(UTC))
    bases = ("https://localhost:8080", "https://192.0.2.7:8080")
    return Trusted(authority=own.authority.read_text(), port=8080, bases=lambda: bases)


@pytest.fixture
async def port(trusted: Trusted, tmp_path: Path) -> AsyncIterator[Client]:
    app = make_setup_app(Pages(tmp_path / "dist"), trusted)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_it_shows_the_page_and_what_the_page_loads(port: Client) -> None:
    assert await (await port.get("/setup")).text() == PAGE
    assert (await port.get("/assets/index-abc123.js")).status == 200


@pytest.mark.parametrize(
    ("path", "content_type", "name"),
    [
        ("ca.crt", "application/x-x509-ca-cert", "tongke-ca.crt"),
        ("ca.pem", "application/x-pem-file", "tongke-ca.pem"),
        ("tongke.mobileconfig", "application/x-apple-aspen-config", "tongke.mobileconfig"),
        ("windows-policy.reg", "application/octet-stream", "tongke-policy.reg"),
        ("windows-kiosk.cmd", "application/octet-stream", "tongke-kiosk.cmd"),
    ],
)
async def test_each_file_has_a_type_that_its_platform_opens(
    port: Client, path: str, content_type: str, name: str
) -> None:
    answer = await port.get(f"/setup/{path}", headers=HOST)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert name in answer.headers["Content-Disposition"]
    assert b"PRIVATE" not in await answer.read()


async def test_the_certificate_is_the_authoritys(port: Client, trusted: Trusted) -> None:
    assert await (await port.get("/setup/ca.crt")).read() == trust.der(trusted.authority)
    assert await (await port.get("/setup/ca.pem")).text() == trusted.authority


async def test_it_says_what_is_to_be_trusted(port: Client, trusted: Trusted) -> None:
    assert await (await port.get("/setup/about", headers=HOST)).json() == {
        "origin": "https://192.0.2.7:8080",
        "fingerprint": trust.fingerprint(trusted.authority),
    }


async def test_the_policy_names_each_address_once(port: Client) -> None:
    body = await (await port.get("/setup/windows-policy.reg", headers=HOST)).read()
    text = body.decode("utf-16")
    assert text.count("https://192.0.2.7:8080") == text.count("https://localhost:8080") == 6


@pytest.mark.parametrize("path", ["windows-policy.reg", "windows-kiosk.cmd", "about"])
async def test_nothing_but_a_host_gets_into_a_file(port: Client, path: str) -> None:
    body = await (await port.get(f"/setup/{path}", headers=LIAR)).read()
    assert b"calc" not in body.replace(b"\0", b"")
    assert b"https://localhost:8080" in body.replace(b"\0", b"")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/", "/setup"),
        ("/lesson", "/setup?then=/lesson"),
        ("/roll", "/setup?then=/roll"),
        ("/api/lesson", "/setup"),
        ("/setup/nothing", "/setup"),
    ],
)
async def test_everything_else_leads_to_the_page(port: Client, path: str, there: str) -> None:
    answer = await port.get(path, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, there)


async def test_the_page_may_ask_the_https_port_and_nothing_else(port: Client) -> None:
    policy = (await port.get("/setup", headers=HOST)).headers["Content-Security-Policy"]
    [asked] = [rule for rule in policy.split("; ") if rule.startswith("connect-src")]
    assert "https://192.0.2.7:8080" in asked.split()
