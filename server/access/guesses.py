"""How often somebody may guess; pure, time is an argument (seconds that never go back).

A guess is counted as wrong when it is admitted and taken back when it proves right, so that a
hundred guesses at once are a hundred guesses. Two counts stand against it: one of the name that is
guessed at (an account, a classroom, a lesson), one of the address it comes from. A wait is always
bounded, so nobody is kept out for ever. A browser that proves that this name signed in on it before
is counted by itself: no stranger's guesses make its owner wait.
"""

import hashlib
import ipaddress
import json
import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from server.programme.refusal import Refusal, RefusedError

MINUTE = 60.0
MOST_RECORDS = 10_000
"""Names, and again addresses, remembered at once.

When one more comes, the one that guessed longest ago is forgotten and may start anew. To push a
name out, an attacker needs as many other names, so 300 addresses and more.
"""

_DOUBLINGS = 30  # more would leave no number at all; every `longest` is reached long before
_Record = TypeVar("_Record")


class Kind(StrEnum):
    """What is guessed; each kind counts by itself."""

    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"
    """A TOTP code or a recovery code."""
    PIN = "pin"
    SCREEN_CODE = "screen_code"
    SCREEN_KEY = "screen_key"
    """A nonce that nobody has signed yet."""
    JOIN_CODE = "join_code"
    PUPIL_NAME = "pupil_name"
    """A name that may stand on a roster."""


@dataclass(frozen=True, kw_only=True)
class Climb:
    """Some wrong guesses are free, then each costs a wait that doubles."""

    free: int
    """The wrong guess with this number, within `window`, is the first that costs a wait."""
    window: float
    """Seconds in which they are counted, and of quiet after a wait until all is forgotten."""
    wait: float
    """Seconds of the first wait."""
    longest: float
    """Seconds no wait passes."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """So many wrong guesses at once, and then as many as drain."""

    holds: int
    """Wrong guesses it holds."""
    drains: float
    """Seconds in which a full one is empty."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The two counts of one kind."""

    name: Climb
    """Of what is guessed at, and of each familiar browser."""
    address: Bucket
    """Of where guesses come from."""


_QUARTER = 15 * MINUTE
_STEEP = Climb(free=5, window=_QUARTER, wait=MINUTE, longest=_QUARTER)
_PIN = Climb(free=5, window=60 * MINUTE, wait=5 * MINUTE, longest=60 * MINUTE)
_CODE = Climb(free=20, window=_QUARTER, wait=MINUTE, longest=_QUARTER)
_SOME = Bucket(holds=30, drains=_QUARTER)
_CLASS = Bucket(holds=300, drains=_QUARTER)
_HOME = Bucket(holds=10, drains=_QUARTER)

LIMITS: Mapping[Kind, Limits] = {
    Kind.PASSWORD: Limits(name=_STEEP, address=_SOME),
    Kind.SECOND_FACTOR: Limits(name=_STEEP, address=_SOME),
    Kind.PIN: Limits(name=_PIN, address=_SOME),
    Kind.SCREEN_CODE: Limits(name=_CODE, address=_SOME),
    Kind.SCREEN_KEY: Limits(name=_CODE, address=_SOME),
    Kind.JOIN_CODE: Limits(name=_CODE, address=_CLASS),
    Kind.PUPIL_NAME: Limits(name=_CODE, address=_HOME),
}
"""A whole class types its join code from one address: there is room for 50 pupils who mistype.

300 guesses at 28^6 codes, 1,000 of them lessons of today, find one in 1,600 quarters of an hour.
"""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One guess, before it is known to be right."""

    kind: Kind
    """What is guessed."""
    address: str
    """The IP address it comes from; of IPv6 the first 64 bits count, for one home has the rest."""
    name: str | None = None
    """What is guessed at; none where the code alone says it."""
    familiar: str | None = None
    """The browser that proved that this name signed in on it before; `familiar` says which."""


class Guesses:
    """Admits guesses or says how long to wait; bounded by `MOST_RECORDS`, in memory alone."""

    def __init__(self) -> None:
        self._climbs: OrderedDict[bytes, _Climbing] = OrderedDict()
        self._buckets: OrderedDict[bytes, float] = OrderedDict()

    def admit(self, guess: Guess, now: float) -> None:
        """Let a guess be checked; it counts as wrong until `right` is said of it.

        Raises:
            RefusedError: not yet; the guess was not counted and is not to be looked at.
        """
        limits = LIMITS[guess.kind]
        wait = max(self._wait_of_name(guess, now), self._wait_of_address(guess, now))
        if wait > 0:
            raise RefusedError(Refusal.GUESSES_SPENT, seconds=math.ceil(wait))
        if guess.name is not None:
            key = _name_key(guess)
            self._climbs[key] = _climbed(self._climbs.get(key, _GROUND), limits.name, now)
            _keep_newest(self._climbs, key)
        if guess.familiar is None:
            key = _address_key(guess)
            filled = max(self._buckets.get(key, now), now)
            self._buckets[key] = filled + _share(limits.address)
            _keep_newest(self._buckets, key)

    def right(self, guess: Guess) -> None:
        """Take back a guess that was admitted and proved right, and all wrong ones at its name."""
        if guess.name is not None:
            self._climbs.pop(_name_key(guess), None)
        key = _address_key(guess)
        if guess.familiar is None and key in self._buckets:
            self._buckets[key] -= _share(LIMITS[guess.kind].address)

    def _wait_of_name(self, guess: Guess, now: float) -> float:
        if guess.name is None:
            return 0.0
        return self._climbs.get(_name_key(guess), _GROUND).until - now

    def _wait_of_address(self, guess: Guess, now: float) -> float:
        if guess.familiar is not None:
            return 0.0
        bucket = LIMITS[guess.kind].address
        filled = max(self._buckets.get(_address_key(guess), now), now)
        return filled + _share(bucket) - bucket.drains - now

    def __len__(self) -> int:
        return len(self._climbs) + len(self._buckets)


@dataclass(frozen=True)
class _Climbing:
    """Where somebody stands on a climb."""

    times: tuple[float, ...]
    waits: int
    until: float


_GROUND = _Climbing(times=(), waits=0, until=-math.inf)


def _climbed(at: _Climbing, climb: Climb, now: float) -> _Climbing:
    """One wrong guess higher."""
    waits = at.waits if now < at.until + climb.window else 0
    recent = [time for time in at.times if now - time < climb.window]
    times = (*recent, now)[-climb.free :]
    if not waits and len(times) < climb.free:
        return _Climbing(times=times, waits=0, until=-math.inf)
    wait = min(climb.wait * 2.0 ** min(waits, _DOUBLINGS), climb.longest)
    return _Climbing(times=times, waits=waits + 1, until=now + wait)


def _share(bucket: Bucket) -> float:
    """The seconds in which one wrong guess drains."""
    return bucket.drains / bucket.holds


def _keep_newest(records: OrderedDict[bytes, _Record], key: bytes) -> None:
    records.move_to_end(key)
    while len(records) > MOST_RECORDS:
        records.popitem(last=False)


def _name_key(guess: Guess) -> bytes:
    return _key(guess.kind, guess.name or "", guess.familiar or "")


def _address_key(guess: Guess) -> bytes:
    return _key(guess.kind, network(guess.address))


def _key(*words: str) -> bytes:
    """Sixteen bytes however long the words are; memory holds no names."""
    text = json.dumps(words).encode()
    return hashlib.blake2b(text, digest_size=16).digest()


def network(address: str) -> str:
    """What counts as one address: IPv4 as it is, of IPv6 the first 64 bits (RFC 4291, 2.5.4)."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(read), 64), strict=False).network_address)
