import asyncio

import pytest

from server.live.items import Join
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.session import Attachment
from tests.support.halls import Ears
from tests.support.lessons import grants, hello


async def test_a_refusal_is_given_once() -> None:
    done: asyncio.Future[Attachment] = asyncio.get_running_loop().create_future()
    item = Join(who=grants(Role.VIEWER), hello=hello(), outlet=Ears(), done=done)
    item.refuse(UserError(Code.LOCKED))
    item.refuse(UserError(Code.BARRED))
    with pytest.raises(UserError) as refusal:
        await done
    assert refusal.value.code is Code.LOCKED
