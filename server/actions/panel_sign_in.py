"""Signing in on a classroom's panel by a phone that is signed in."""

from datetime import UTC, datetime
from typing import NamedTuple

from server.access.logins import PANEL, Login, begin, digest_of, fresh_token
from server.access.panels import OPEN_FOR, Panels, fresh_ticket
from server.actions.acting import own
from server.actions.logins import to_keep
from server.actions.sign_in import From
from server.programme.deed import Deed
from server.programme.refusal import Refusal, RefusedError
from server.programme.screen import Screen
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.logins import Logins
from server.store.screens import Screens


class Asking(NamedTuple):
    """What a panel shows, and keeps to itself."""

    code: str
    """For the QR."""
    secret: str
    """For the panel alone."""
    seconds: float
    """How long it may be approved."""


class PanelSignIn:
    """Lets teachers in on panels; only a classroom's screen may ask."""

    def __init__(self, database: Database, panels: Panels) -> None:
        self._screens = Screens(database)
        self._logins = Logins(database)
        self._accounts = Accounts(database)
        self._panels = panels

    async def begin(self, token: str, source: From) -> None:
        """A panel shows its room anew: whoever was signed in on it by this token is no more.

        A browser that lost its power finds even those cookies again that were to end with it.
        """
        signed = await self._logins.find(digest_of(token)) if token else None
        if signed is None:
            return
        now = datetime.fromtimestamp(source.now, UTC)
        lines = own(signed.appointments, Deed.SIGN_OUT, now) if signed.login.whole else []
        await self._logins.remove(signed.login.digest, lines)

    def ask(self, screen: Screen, source: From) -> Asking:
        """A panel asks; raises `RefusedError` when too many do."""
        ticket = fresh_ticket()
        self._panels.ask(screen.id, ticket, source.tick)
        return Asking(code=ticket.code, secret=ticket.secret, seconds=OPEN_FOR)

    async def asked_by(self, code: str, source: From) -> Screen:
        """Whose panel shows this code, for the phone to say.

        Raises:
            RefusedError: none does, or no more.
        """
        screen = await self._screens.find(self._panels.asked_by(code, source.tick))
        if screen is None:
            raise RefusedError(Refusal.PANEL_CODE_OVER)
        return screen

    async def approve(self, code: str, screen: str, person: str, source: From) -> None:
        """Somebody who is signed in says yes to the panel that they were told.

        Raises:
            RefusedError: that panel shows this code no more, or somebody said yes before.
        """
        self._panels.approve(code, screen, person, source.tick)

    async def collect(self, screen: Screen, secret: str, source: From) -> tuple[Login, str] | None:
        """The login that was approved with the token of its cookie, once; none before that.

        Raises:
            RefusedError: the request is over, and the panel asks anew.
        """
        person = self._panels.collect(screen.id, secret, source.tick)
        if person is None:
            return None
        token = fresh_token()
        login = begin(person, token, source.now, PANEL)
        held = await self._accounts.appointments(person)
        lines = own(held, Deed.SIGN_IN_ON_PANEL, datetime.fromtimestamp(source.now, UTC))
        await self._logins.begin(to_keep(login), None, lines)
        return login, token
