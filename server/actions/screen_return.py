"""A classroom's screen that lost its cookie comes back by its key, with nobody's help."""

from datetime import UTC, datetime

from server.access.guesses import Guess, Guesses, Kind
from server.access.logins import digest_of, fresh_token
from server.access.screen_proofs import Nonces, proves
from server.actions.sign_in import From
from server.programme.refusal import Refusal, RefusedError
from server.programme.screen import Screen
from server.store.database import Database
from server.store.screens import Screens


class ScreenReturn:
    """Gives screens their cookie anew; nonces live as long as the server."""

    def __init__(self, database: Database, nonces: Nonces, guesses: Guesses) -> None:
        self._screens = Screens(database)
        self._nonces = nonces
        self._guesses = guesses

    def ask(self, source: From) -> str:
        """A nonce to sign; it counts as a wrong guess until a screen has signed it.

        Raises:
            RefusedError: too many were asked for.
        """
        self._guesses.admit(_guess(source), source.tick)
        return self._nonces.fresh(source.tick)

    async def prove(
        self, key: bytes, nonce: str, signature: bytes, source: From
    ) -> tuple[Screen, str]:
        """The screen that signed a nonce, and the token of its new cookie; the old one ends.

        Raises:
            RefusedError: the nonce is over, or no screen is bound by this key, or it did not sign.
        """
        self._nonces.take(nonce, source.tick)
        screen = await self._screens.by_key(key)
        if screen is None or not proves(key, nonce, signature):
            raise RefusedError(Refusal.SCREEN_UNBOUND)
        self._guesses.right(_guess(source))
        token = fresh_token()
        await self._screens.renew(
            screen.id, digest_of(token), datetime.fromtimestamp(source.now, UTC)
        )
        return screen, token


def _guess(source: From) -> Guess:
    return Guess(kind=Kind.SCREEN_KEY, address=source.address)
