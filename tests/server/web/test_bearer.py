import pytest
from aiohttp.test_utils import make_mocked_request

from server.web.bearer import token_of
from signaling.errors import Code, UserError


@pytest.mark.parametrize("value", ["Bearer abc", "bearer abc", "BEARER  abc"])
def test_the_token_is_read(value: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Authorization": value})
    assert token_of(request) == "abc"


@pytest.mark.parametrize("value", ["", "abc", "Bearer", "Basic abc"])
def test_anything_else_is_no_link(value: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Authorization": value})
    with pytest.raises(UserError) as refusal:
        token_of(request)
    assert refusal.value.code is Code.LINK_INVALID
