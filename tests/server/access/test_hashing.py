import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import InvalidHashError

from server.access import hashing
from server.access.hashing import PARAMETERS, Check, Hashing
from server.programme.refusal import Refusal, RefusedError

pytestmark = pytest.mark.slow

LIGHT = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def light() -> Iterator[Hashing]:
    """Fit for tests that ask what is decided, not what it costs."""
    one = Hashing(LIGHT)
    yield one
    one.close()


@pytest.fixture
async def real() -> AsyncIterator[Hashing]:
    """With the parameters of RFC 9106."""
    one = Hashing()
    yield one
    one.close()


async def test_a_password_is_kept_as_rfc_9106_recommends_and_checked(real: Hashing) -> None:
    kept = await real.hash("山高水长-wind-73")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await real.check("山高水长-wind-73", kept) == Check(right=True)
    assert await real.check("山高水长-wind-74", kept) == Check(right=False)


async def test_the_same_password_is_kept_differently_each_time(light: Hashing) -> None:
    assert await light.hash("2874") != await light.hash("2874")


async def test_full_width_letters_are_the_same_password(light: Hashing) -> None:
    kept = await light.hash("qz7!Rk2vLm")
    assert (await light.check("ｑｚ７！Ｒｋ２ｖＬｍ", kept)).right


async def test_a_hash_with_yesterdays_parameters_is_renewed(light: Hashing, real: Hashing) -> None:
    kept = await light.hash("qz7!Rk2vLm")
    check = await real.check("qz7!Rk2vLm", kept)
    assert check.right
    assert check.renewed is not None
    assert check.renewed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await real.check("qz7!Rk2vLm", check.renewed) == Check(right=True)


async def test_a_wrong_password_renews_nothing(light: Hashing, real: Hashing) -> None:
    kept = await light.hash("qz7!Rk2vLm")
    assert await real.check("wrong", kept) == Check(right=False)


async def test_an_unknown_name_takes_the_same_work(
    light: Hashing, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str, secret: bytes) -> bool:
        verified.append(kept)
        return verify(self, kept, secret)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    assert await light.check("", None) == Check(right=False)
    [nobody] = verified
    assert nobody.split("$")[:4] == (await light.hash("x")).split("$")[:4]
    assert len(nobody) == len(await light.hash("x"))


async def test_the_loop_goes_on_while_passwords_are_checked(real: Hashing) -> None:
    checks = asyncio.gather(*(real.check("x", None) for _ in range(3)))
    turns = 0
    while not checks.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 20


async def test_who_comes_when_too_many_wait_is_refused_at_once(
    light: Hashing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "MOST_PENDING", 4)
    go_on = threading.Event()
    light._thread.submit(go_on.wait, 5.0)
    checks = [asyncio.create_task(light.check("x", None)) for _ in range(6)]
    await asyncio.sleep(0)
    assert [check.done() for check in checks] == [False] * 4 + [True] * 2
    go_on.set()
    results = await asyncio.gather(*checks, return_exceptions=True)
    busy = [one.refusal for one in results if isinstance(one, RefusedError)]
    assert busy == [Refusal.SIGN_IN_BUSY] * 2
    assert await light.check("x", None) == Check(right=False)


async def test_one_hash_runs_at_a_time_below_the_priority_of_packets(light: Hashing) -> None:
    threads = await asyncio.gather(*(light._run(slow_thread) for _ in range(4)))
    own = os.getpriority(os.PRIO_PROCESS, 0)
    [nice] = {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
    assert nice == min(own + 10, 19)
    assert len(set(threads)) == 1


def slow_thread() -> int:
    """In which thread this work of a hundredth of a second was done."""
    time.sleep(0.01)
    return threading.get_native_id()


async def test_a_kept_hash_that_is_none_is_our_error_and_not_a_wrong_password(
    light: Hashing,
) -> None:
    with pytest.raises(InvalidHashError):
        await light.check("x", "not a hash")


def test_the_cost_is_the_second_option_of_rfc_9106() -> None:
    assert (PARAMETERS.time_cost, PARAMETERS.memory_cost, PARAMETERS.parallelism) == (3, 65536, 4)
