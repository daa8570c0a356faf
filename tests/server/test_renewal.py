import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from server import renewal
from server.access.certificates import CERTIFICATE_DAYS, own_certificate
from server.front import FrontSettings, own_of, tls_context
from server.renewal import Renewal, mark_of
from tests.support.extra_address import EXTRA, extra_address
from tests.support.waiting import until

NOW = datetime.now(UTC)
NEW_ADDRESS = "198.51.100.7"


@pytest.fixture
def settings(tmp_path: Path) -> FrontSettings:
    return FrontSettings(
        data=tmp_path / "data",
        host="127.0.0.1",
        port=0,
        setup_port=0,
        certificate=None,
        certificate_key=None,
        trust_proxy=False,
        base_url=None,
        public_addresses=(),
    )


@dataclass
class Front:
    """A port that says back what it hears, and who keeps its certificate good."""

    renewal: Renewal
    port: int

    async def call(
        self, name: str | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect by a server's name, or by an address, which names none in TLS."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, server_hostname=name or "127.0.0.1"
        )

    async def shown(self, name: str | None = None) -> x509.Certificate:
        """What a new connection is shown."""
        _, writer = await self.call(name)
        held = shown_to(writer)
        writer.close()
        await writer.wait_closed()
        return held


def shown_to(writer: asyncio.StreamWriter) -> x509.Certificate:
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(der)


def addresses_in(held: x509.Certificate) -> list[str]:
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(address) for address in names.get_values_for_type(x509.IPAddress)]


@asynccontextmanager
async def front(settings: FrontSettings) -> AsyncIterator[Front]:
    def made() -> tuple[ssl.SSLContext, str]:
        tls = tls_context(settings, own_of(settings, NOW))
        return tls, mark_of(settings)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    tls, mark = await asyncio.to_thread(made)
    keeper = Renewal(settings, tls, mark)
    async with await asyncio.start_server(echo, "127.0.0.1", 0, ssl=tls) as server:
        yield Front(keeper, server.sockets[0].getsockname()[1])


@pytest.mark.parametrize("name", [None, "localhost"])
async def test_a_new_address_is_named_without_a_restart(
    settings: FrontSettings, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    async with front(settings) as here:
        before = await here.shown(name)
        reader, writer = await here.call(name)
        monkeypatch.setattr("server.front.machine_addresses", lambda: [NEW_ADDRESS])
        assert NEW_ADDRESS not in addresses_in(await here.shown(name))
        await here.renewal.look(NOW)
        after = await here.shown(name)
        assert NEW_ADDRESS in addresses_in(after)
        # The devices trust the authority, and that has not changed.
        assert after.issuer == before.issuer
        assert shown_to(writer) == before
        writer.write(b"still here\n")
        assert await reader.readline() == b"still here\n"
        writer.close()
        await writer.wait_closed()


async def test_an_own_certificate_is_made_anew_before_it_ends(settings: FrontSettings) -> None:
    async with front(settings) as here:
        first = await here.shown()
        await here.renewal.look(NOW + timedelta(days=CERTIFICATE_DAYS - 32))
        assert await here.shown() == first
        await here.renewal.look(NOW + timedelta(days=CERTIFICATE_DAYS - 30))
        second = await here.shown()
        assert second.not_valid_after_utc > first.not_valid_after_utc + timedelta(days=300)


@dataclass(frozen=True)
class Given:
    """The files of a given certificate, and of the one that follows it."""

    chain: Path
    key: Path
    next: Path


@pytest.fixture
def given(tmp_path: Path) -> Given:
    old, new = (own_certificate(tmp_path / each, [each], NOW).chain for each in ("old", "new"))
    chain, key = (Path(shutil.copy(old, tmp_path / name)) for name in ("chain.pem", "key.pem"))
    return Given(chain, key, new)


async def test_given_files_that_change_are_taken_over_once_they_fit(
    settings: FrontSettings, given: Given
) -> None:
    files = replace(settings, certificate=given.chain, certificate_key=given.key)
    async with front(files) as here:
        first = await here.shown()
        await asyncio.to_thread(shutil.copy, given.next, given.chain)
        # Half of the change: the key is still the old one's.
        await here.renewal.look(NOW)
        assert await here.shown() == first
        await asyncio.to_thread(shutil.copy, given.next, given.key)
        await here.renewal.look(NOW)
        assert await here.shown() != first


async def test_what_can_not_be_read_leaves_everything_as_it_is(settings: FrontSettings) -> None:
    async with front(settings) as here:
        first = await here.shown()
        await asyncio.to_thread((settings.data / "tls" / "ca.key").write_text, "damaged")
        await here.renewal.look(NOW)
        assert await here.shown() == first


async def test_it_is_looked_at_again_and_again(
    settings: FrontSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "LOOK_SECONDS", 0.02)
    async with front(settings) as here:
        looking = asyncio.create_task(here.renewal.run())
        monkeypatch.setattr("server.front.machine_addresses", lambda: [NEW_ADDRESS])
        await until(lambda: named(here), 10.0)
        looking.cancel()
        await asyncio.wait([looking])


async def named(here: Front) -> bool:
    return NEW_ADDRESS in addresses_in(await here.shown())


@pytest.mark.slow
@pytest.mark.alone
async def test_an_address_that_the_machine_really_gets_is_named(settings: FrontSettings) -> None:
    async with front(settings) as here:
        with extra_address():
            assert EXTRA not in addresses_in(await here.shown())
            await here.renewal.look(NOW)
            assert EXTRA in addresses_in(await here.shown())
