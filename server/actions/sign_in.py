"""Signing in, step by step: name and password, an own password, the second factor."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from server.access import recovery, totp
from server.access.codes import AUTHENTICATOR_DIGITS
from server.access.familiar import familiar
from server.access.guesses import Guess, Guesses, Kind, network
from server.access.hashing import Hashing
from server.access.logins import PANEL, STAFF, Login, begin, fresh_token
from server.access.passwords import check_new
from server.access.steps import Step, next_step
from server.actions.acting import own
from server.actions.logins import to_keep
from server.actions.turned_away import TurningAway
from server.programme.deed import Deed
from server.programme.people import Appointment, login_name, needs_second_factor
from server.programme.refusal import Refusal, RefusedError
from server.store.accounts import Accounts
from server.store.audit import Entry
from server.store.credentials import Credential, Credentials
from server.store.database import Database
from server.store.logins import Logins, Signed

ISSUER = "Tongke 同课"


@dataclass(frozen=True, kw_only=True)
class From:
    """Where a request comes from."""

    address: str
    """The IP address."""
    mark: str | None
    """The cookie of a browser that somebody signed in on before."""
    now: float
    """When: seconds since 1970 in UTC."""
    tick: float
    """When, on a clock that never goes back: seconds."""
    panel: bool = False
    """Whether the browser is a classroom's screen."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A new login, and the token that its browser keeps."""

    login: Login
    """The login."""
    token: str
    """For the cookie."""
    name: str
    """The sign-in name, whose browser this is from now on."""
    recovery: tuple[str, ...] = ()
    """Recovery codes that are shown once."""


class SignIn:
    """Lets people in; the count of wrong guesses lives as long as the server."""

    def __init__(self, database: Database, hashing: Hashing, guesses: Guesses, key: bytes) -> None:
        self._credentials = Credentials(database)
        self._logins = Logins(database)
        self._accounts = Accounts(database)
        self._hashing = hashing
        self._guesses = guesses
        self._key = key
        self._turning_away = TurningAway(database)

    async def by_password(self, typed: str, password: str, source: From) -> Begun:
        """Begin a login by name and password.

        Raises:
            RefusedError: name or password is wrong, blocked, or was guessed too often.
        """
        name = _name(typed)
        async with self._noted(name, source):
            return await self._by_password(_known(name), password, source)

    async def _by_password(self, name: str, password: str, source: From) -> Begun:
        guess = self._guess(Kind.PASSWORD, name, source)
        self._guesses.admit(guess, source.tick)
        credential = await self._credentials.by_login(name)
        kept = None if credential is None else credential.password
        checked = await self._hashing.check(password, kept)
        if credential is None or not checked.right:
            raise RefusedError(Refusal.SIGN_IN_WRONG)
        self._guesses.right(guess)
        if await self._credentials.blocked(name, network(source.address)):
            raise RefusedError(Refusal.SIGN_IN_BLOCKED)
        _check_first(credential, source.now)
        if checked.renewed is not None and await self._credentials.keep_renewed(
            credential.person, credential.password, checked.renewed
        ):
            credential = replace(credential, password=checked.renewed)
        return await self._let_in(credential, source)

    async def sign_out(self, signed: Signed, source: From) -> None:
        """Forget a browser; a login that was never whole was none, and its end is no line."""
        whole = signed.login.whole
        lines = own(signed.appointments, Deed.SIGN_OUT, _utc(source)) if whole else []
        await self._logins.remove(signed.login.digest, lines)

    async def step(self, signed: Signed) -> Step:
        """What somebody has still to do."""
        if signed.login.whole:
            return Step.DONE
        return _step(await self._credential(signed), signed.appointments)

    async def own_password(self, signed: Signed, password: str, source: From) -> Begun:
        """Replace a first password by an own one, on the way in.

        Raises:
            RefusedError: it is unfit or the old one, or this is not the step.
        """
        credential = await self._at(Step.NEW_PASSWORD, signed)
        await self._set_password(credential, password)
        await self._logins.remove_others(credential.person, signed.login.digest)
        return await self._let_in(await self._credential(signed), source, signed)

    async def change_password(self, signed: Signed, old: str, new: str, source: From) -> Begun:
        """Change one's password; every other browser is signed out.

        Raises:
            RefusedError: the old one is wrong, or the new one is unfit.
        """
        credential = await self._credential(signed)
        guess = self._guess(Kind.PASSWORD, credential.login, source)
        self._guesses.admit(guess, source.tick)
        if not (await self._hashing.check(old, credential.password)).right:
            raise RefusedError(Refusal.PASSWORD_WRONG)
        self._guesses.right(guess)
        await self._set_password(credential, new)
        await self._logins.remove_others(credential.person, signed.login.digest)
        lines = own(signed.appointments, Deed.CHANGE_PASSWORD, _utc(source))
        return await self._renew(credential, source, signed, lines)

    async def offer_authenticator(self, signed: Signed) -> str:
        """A new key for somebody's authenticator, as the address that its QR code holds.

        Raises:
            RefusedError: this is not the step.
        """
        credential = await self._at(Step.ENROL, signed)
        key = credential.totp_offered or os.urandom(totp.KEY_BYTES)
        await self._credentials.offer_key(credential.person, key)
        return totp.uri(key, ISSUER, credential.login)

    async def by_code(self, signed: Signed, typed: str, source: From) -> Begun:
        """End a login by a code of the authenticator, or a recovery code.

        Raises:
            RefusedError: it is wrong or was used, or was guessed too often.
        """
        credential = await self._credential(signed)
        step = _step(credential, signed.appointments)
        if step not in (Step.CODE, Step.ENROL):
            raise RefusedError(Refusal.SIGN_IN_NEEDED)
        async with self._noted(credential.login, source):
            return await self._by_code(credential, signed, typed, source, step is Step.ENROL)

    async def _by_code(
        self, credential: Credential, signed: Signed, typed: str, source: From, enrolling: bool
    ) -> Begun:
        guess = self._guess(Kind.SECOND_FACTOR, credential.login, source)
        self._guesses.admit(guess, source.tick)
        codes = recovery.fresh() if enrolling else ()
        right = (
            await self._confirmed(credential, signed, typed, codes, source)
            if enrolling
            else await self._shown(credential, signed, typed, source)
        )
        if not right:
            raise RefusedError(Refusal.SECOND_FACTOR_WRONG)
        self._guesses.right(guess)
        lines = own(signed.appointments, Deed.SIGN_IN, _utc(source))
        return replace(await self._renew(credential, source, signed, lines), recovery=codes)

    async def _confirmed(
        self,
        credential: Credential,
        signed: Signed,
        typed: str,
        codes: tuple[str, ...],
        source: From,
    ) -> bool:
        key = credential.totp_offered
        step = None if key is None else totp.step_of(key, typed, source.now, None)
        if key is None or step is None:
            return False
        digests = recovery.digests(codes)
        lines = own(signed.appointments, Deed.ADD_SECOND_FACTOR, _utc(source))
        return await self._credentials.confirm_key(credential.person, key, step, digests, lines)

    async def _shown(
        self, credential: Credential, signed: Signed, typed: str, source: From
    ) -> bool:
        """Whether a code of the authenticator, or a longer one of recovery, was right."""
        key, person = credential.totp_key, credential.person
        assert key is not None  # only then the step is CODE
        if sum(sign.isalnum() for sign in typed) > AUTHENTICATOR_DIGITS:
            digest = recovery.spent(typed, await self._credentials.recovery(person))
            lines = own(signed.appointments, Deed.USE_RECOVERY_CODE, _utc(source))
            return digest is not None and await self._credentials.strike(person, digest, lines)
        step = totp.step_of(key, typed, source.now, credential.totp_step)
        return step is not None and await self._credentials.accept_step(person, step)

    @asynccontextmanager
    async def _noted(self, login: str | None, source: From) -> AsyncIterator[None]:
        """Have the audit log know of a refusal in the block."""
        try:
            yield
        except RefusedError as error:
            await self._turning_away.note(
                error.refusal, login, source.address, _utc(source), source.tick
            )
            raise

    async def _set_password(self, credential: Credential, password: str) -> None:
        await asyncio.to_thread(check_new, password, credential.login)  # reads a list of them
        if (await self._hashing.check(password, credential.password)).right:
            raise RefusedError(Refusal.PASSWORD_SAME)
        hashed = await self._hashing.hash(password)
        before = credential.password
        if not await self._credentials.keep_password(credential.person, before, hashed):
            raise RefusedError(Refusal.SIGN_IN_NEEDED)

    async def _let_in(
        self, credential: Credential, source: From, before: Signed | None = None
    ) -> Begun:
        """A login as whole as what was shown, in the place of the one from before."""
        held = await self._accounts.appointments(credential.person)
        done = _step(credential, held) is Step.DONE
        lines = own(held, Deed.SIGN_IN, _utc(source)) if done else []
        return await self._renew(credential, source, before, lines, whole=done)

    async def _renew(
        self,
        credential: Credential,
        source: From,
        before: Signed | None,
        lines: Iterable[Entry],
        *,
        whole: bool = True,
    ) -> Begun:
        """A login under a new token: a cookie from before is worth nothing."""
        token = fresh_token()
        # Whatever page a panel shows after a cut of power: nobody is signed in on it any more.
        lifetime = PANEL if source.panel else STAFF
        login = begin(credential.person, token, source.now, lifetime, whole=whole)
        await self._logins.remove_ended(source.now)
        if before is None:
            await self._logins.begin(to_keep(login), credential.password, lines)
        else:
            await self._logins.replace(before.login.digest, to_keep(login), lines)
        return Begun(login=login, token=token, name=credential.login)

    async def _at(self, step: Step, signed: Signed) -> Credential:
        credential = await self._credential(signed)
        if signed.login.whole or _step(credential, signed.appointments) is not step:
            raise RefusedError(Refusal.SIGN_IN_NEEDED)
        return credential

    async def _credential(self, signed: Signed) -> Credential:
        found = await self._credentials.of(signed.person.id)
        if found is None:
            raise RefusedError(Refusal.SIGN_IN_NEEDED)
        return found

    def _guess(self, kind: Kind, name: str, source: From) -> Guess:
        known = familiar(self._key, name, source.mark)
        return Guess(kind=kind, address=source.address, name=name, familiar=known)


def _name(typed: str) -> str | None:
    """The name that was typed; none of what can be none."""
    try:
        return login_name(typed[:100])
    except RefusedError:
        return None


def _known(name: str | None) -> str:
    """A name that can be none is a wrong one, and says no more."""
    if name is None:
        raise RefusedError(Refusal.SIGN_IN_WRONG)
    return name


def _utc(source: From) -> datetime:
    return datetime.fromtimestamp(source.now, UTC)


def _check_first(credential: Credential, now: float) -> None:
    until = credential.first_until
    if until is not None and until <= datetime.fromtimestamp(now, UTC):
        raise RefusedError(Refusal.FIRST_PASSWORD_OVER)


def _step(credential: Credential, held: Iterable[Appointment]) -> Step:
    return next_step(
        first_password=credential.first_until is not None,
        needs_factor=needs_second_factor(held),
        has_factor=credential.totp_key is not None,
    )
