from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.live.plane import PlaneSettings
from server.live.workers import make_workers
from server.web.metrics import MetricsPages, is_loopback
from signaling.errors import Code, UserError
from tests.support.websites import bearer, built_client, website

SETTINGS = PlaneSettings(media_port=0, media_addresses=(), public_addresses=(), space="{}")
TOKEN = "0123456789abcdef"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_this_machine_reads_them_in_prometheus_text_format(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.get("/metrics")
        text = await answer.text()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'tongke_worker_up{worker="0"} 0.0' in text


@pytest.mark.parametrize(
    ("remote", "token", "sent", "proxy", "let_in"),
    [
        ("127.0.0.1", None, None, False, True),
        ("::ffff:127.0.0.1", None, None, False, True),
        ("127.0.0.1", None, None, True, False),
        ("127.0.0.1", TOKEN, TOKEN, True, True),
        ("192.0.2.7", None, None, False, False),
        ("192.0.2.7", None, TOKEN, False, False),
        ("192.0.2.7", TOKEN, None, False, False),
        ("192.0.2.7", TOKEN, "another token 16", False, False),
        ("192.0.2.7", TOKEN, "令牌", False, False),
        ("192.0.2.7", TOKEN, TOKEN, False, True),
    ],
)
async def test_others_need_the_token(
    remote: str, token: str | None, sent: str | None, proxy: bool, let_in: bool
) -> None:
    workers = make_workers(SETTINGS, 1)
    try:
        pages = MetricsPages(workers, token, behind_proxy=proxy)
        headers = {} if sent is None else bearer(sent)
        request = make_mocked_request("GET", "/metrics", headers=headers).clone(remote=remote)
        if let_in:
            answer = await pages.metrics(request)
            assert isinstance(answer, web.Response)
            assert answer.status == 200
        else:
            with pytest.raises(UserError) as refused:
                await pages.metrics(request)
            assert refused.value.code is Code.LINK_INVALID
    finally:
        workers.close()


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:192.0.2.1", False),
        ("10.0.0.1", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_only_this_machines_own_addresses_are_its_own(address: str, ours: bool) -> None:
    assert is_loopback(address) is ours
