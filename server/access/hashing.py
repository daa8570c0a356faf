"""Passwords and PINs as argon2id hashes, off the event loop; a shell: it owns one thread.

The thread runs below the priority of everything else, because a lesson's packets share its cores.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from server.access.passwords import canonical
from server.programme.refusal import Refusal, RefusedError

PARAMETERS = Parameters(
    type=Type.ID,
    version=19,
    salt_len=16,
    hash_len=32,
    time_cost=3,
    memory_cost=64 * 1024,
    parallelism=4,
)
"""The second recommended option of RFC 9106, section 4, for machines with little memory: 64 MiB.

More than OWASP's least (19 MiB, twice). One hash took 126 ms and 150 ms of CPU on two busy cores.
"""

MOST_PENDING = 32
"""Hashes that may be under way or waiting; whoever comes then is refused at once."""

_NICE = 10

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Check:
    """What became of a secret that somebody typed."""

    right: bool
    """Whether it is the one that was kept."""
    renewed: str | None = None
    """The hash to keep from now on, where the kept one has yesterday's parameters."""


class Hashing:
    """One hash at a time, first come, first served; so 64 MiB at most. `close` it at the end."""

    def __init__(self, parameters: Parameters = PARAMETERS) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._nobody = _hash_of_nobody(parameters)
        self._thread = ThreadPoolExecutor(1, "argon2", initializer=os.nice, initargs=(_NICE,))
        self._pending: set[Future[Any]] = set()

    async def hash(self, secret: str) -> str:
        """The hash to keep of a new password or PIN that its rules allow.

        Raises:
            RefusedError: too many are waiting.
        """
        return await self._run(self._hasher.hash, canonical(secret))

    async def check(self, typed: str, kept: str | None) -> Check:
        """Whether `typed` is the secret whose hash was kept; none where the name is unknown.

        An unknown name takes the same work, so that the time of an answer tells nobody which names
        there are.

        Raises:
            RefusedError: too many are waiting.
        """
        return await self._run(self._check, canonical(typed), kept)

    def close(self) -> None:
        """Let go of the thread; what still waits is cancelled."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[_P, _T], *args: _P.args, **more: _P.kwargs) -> _T:
        self._pending = {one for one in self._pending if not one.done()}
        if len(self._pending) >= MOST_PENDING:
            raise RefusedError(Refusal.SIGN_IN_BUSY)
        future = self._thread.submit(work, *args, **more)
        self._pending.add(future)
        return await asyncio.wrap_future(future)

    def _check(self, secret: bytes, kept: str | None) -> Check:
        try:
            self._hasher.verify(kept or self._nobody, secret)
        except VerifyMismatchError:
            return Check(right=False)
        if kept is None or not self._hasher.check_needs_rehash(kept):
            return Check(right=kept is not None)
        return Check(right=True, renewed=self._hasher.hash(secret))


@contextmanager
def hashing() -> Iterator[Hashing]:
    """One for the length of a block."""
    made = Hashing()
    try:
        yield made
    finally:
        made.close()


def _hash_of_nobody(parameters: Parameters) -> str:
    """A hash that no secret is known for, made without the work of making one."""
    salt, tag = (
        base64.b64encode(os.urandom(size)).rstrip(b"=").decode()
        for size in (parameters.salt_len, parameters.hash_len)
    )
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${tag}"
