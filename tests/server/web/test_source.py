import pytest
from aiohttp.test_utils import make_mocked_request

from server.web.source import Sources


@pytest.mark.parametrize(
    ("behind_proxy", "sent", "address"),
    [
        (False, "203.0.113.9", ""),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_a_proxy_that_we_were_told_of_is_believed(
    behind_proxy: bool, sent: str, address: str
) -> None:
    headers = {"X-Forwarded-For": sent, "X-Forwarded-Proto": "https"}
    request = make_mocked_request("GET", "/", headers=headers)
    sources = Sources(behind_proxy=behind_proxy)
    assert sources.of(request).address == address
    assert sources.https(request) is behind_proxy


@pytest.mark.parametrize(
    ("https", "name", "panel"),
    [
        ("http", "tongke-room", True),
        ("https", "__Host-tongke-room", True),
        ("https", "tongke-room", False),
        ("http", "another", False),
    ],
)
def test_a_classrooms_screen_is_known_as_a_panel(https: str, name: str, *, panel: bool) -> None:
    headers = {"Cookie": f"{name}=token", "X-Forwarded-Proto": https}
    request = make_mocked_request("GET", "/", headers=headers)
    assert Sources(behind_proxy=True).of(request).panel is panel
