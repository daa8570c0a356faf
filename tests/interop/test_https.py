"""A browser that comes by the LAN address, with and without the school's own authority."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.web.addresses import lan_addresses
from tests.support.browsers import BrowserError, Page, browsers
from tests.support.served import Served, served, token

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
HAS_CAMERA = "isSecureContext && typeof navigator.mediaDevices?.getUserMedia === 'function'"
LENT = "198.51.100.7/32"
EVERYWHERE = ("--host", "0.0.0.0")


@pytest.fixture(autouse=True)
def _lent() -> Iterator[None]:
    """A machine that has loopback alone is lent an address for as long."""
    if lan_addresses():
        yield
        return
    subprocess.run(("ip", "address", "add", LENT, "dev", "lo"), check=True)
    try:
        yield
    finally:
        subprocess.run(("ip", "address", "del", LENT, "dev", "lo"), check=True)


def lan() -> str:
    """An address of this machine to which browsers give no camera without HTTPS."""
    return lan_addresses()[0]


def trusting(home: Path, authority: Path) -> None:
    """Let a user's Chromium trust an authority, as its settings page does. Blocking."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = ("certutil", "-d", f"sql:{store}")
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "tongke", "-i", authority], check=True)


async def asked_in_plain_http(page: Page, server: Served, key: str) -> None:
    """Open a lesson's link at the set-up port, which has one page alone."""
    await page.goto(f"http://{lan()}:{server.setup_port}/lesson#{key}")
    await page.until("document.querySelector('[data-page=setup]') !== null")


async def test_a_device_that_does_not_trust_the_authority_is_shown_how(tmp_path: Path) -> None:
    async with (
        served(tmp_path / "data", *EVERYWHERE, tls=True) as server,
        browsers(home=tmp_path / "home") as drivers,
    ):
        await drivers.launch("chromium", *QUIET)
        lesson = await server.lesson()
        page = await drivers.open("stranger")
        await asked_in_plain_http(page, server, token(lesson["links"]["viewer"]))
        await page.until("document.querySelector('[data-state=untrusted]') !== null")
        assert await page.evaluate("document.querySelectorAll('ol svg').length") == 3
        download = "document.querySelector('[data-do=download]').getAttribute('href')"
        assert await page.evaluate(download) == "/setup/ca.crt"
        assert await page.evaluate("document.querySelector('[data-do=go]') === null")
        assert not await page.evaluate(HAS_CAMERA)
        await page.press("[data-platform=iphone]")
        assert await page.evaluate(download) == "/setup/tongke.mobileconfig"
        with pytest.raises(BrowserError, match="ERR_CERT_AUTHORITY_INVALID"):
            await page.goto(server.base.replace("127.0.0.1", lan()))


async def test_a_device_that_trusts_it_goes_on_to_the_lesson_and_has_a_camera(
    tmp_path: Path,
) -> None:
    async with served(tmp_path / "data", *EVERYWHERE, tls=True) as server:
        trusting(tmp_path / "home", tmp_path / "data" / "tls" / "ca.pem")
        async with browsers(home=tmp_path / "home") as drivers:
            await drivers.launch("chromium", *QUIET)
            lesson = await server.lesson()
            page = await drivers.open("member")
            key = token(lesson["rooms"][0]["links"]["teacher"])
            await asked_in_plain_http(page, server, key)
            await page.until("document.querySelector('[data-state=trusted]') !== null")
            await page.follow("[data-do=go]")
            await page.until("document.querySelector('[data-page=join]') !== null")
            origin = server.base.replace("127.0.0.1", lan())
            assert await page.evaluate("location.href") == f"{origin}/lesson#{key}"
            assert await page.evaluate(HAS_CAMERA)
            assert await page.evaluate("document.querySelector('[data-message=insecure]') === null")


async def test_a_page_without_https_says_why_it_has_no_camera_and_leads_to_where_there_is(
    tmp_path: Path,
) -> None:
    secure = "https://school.example:8443"
    async with (
        served(tmp_path / "data", *EVERYWHERE, "--base-url", secure) as server,
        browsers(home=tmp_path / "home") as drivers,
    ):
        await drivers.launch("chromium", *QUIET)
        lesson = await server.lesson()
        page = await drivers.open("plain")
        key = token(lesson["rooms"][0]["links"]["teacher"])
        await page.goto(f"{server.base.replace('127.0.0.1', lan())}/lesson#{key}")
        leads = "document.querySelector('[data-message=insecure] [data-do=setup]')?.href"
        await page.until(f"{leads} === '{secure}/'")
        await page.press("[data-do=enter]")
        inside = "document.querySelector('[data-message=camera] [data-do=setup]')?.href"
        await page.until(f"{inside} === '{secure}/'")
        assert await page.evaluate("document.querySelectorAll('select').length") == 0
