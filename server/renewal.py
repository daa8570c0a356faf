"""Keeps the certificate of the web port good while the server runs, without a restart.

An own one is made anew before it ends and when this machine has an address that it does not name;
a given one is taken over when its files change.
"""

import asyncio
import hashlib
import logging
import ssl
from datetime import UTC, datetime
from typing import Final

from server.front import FrontError, FrontSettings, own_of, tls_context

LOOK_SECONDS: Final = 30.0
"""How soon a new address or a new file is noticed."""

log = logging.getLogger(__name__)


class Renewal:
    """Shows each connection that begins the newest certificate; those under way keep theirs."""

    def __init__(self, settings: FrontSettings, tls: ssl.SSLContext, shown: str) -> None:
        """Begin with a context that shows what has the mark `shown`; see `mark_of`."""
        self._settings = settings
        self._newest = tls
        self._shown = shown
        # OpenSSL calls it for every client, whether it names a server or comes by an address.
        tls.sni_callback = self._hand_over

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look(datetime.now(UTC))

    async def look(self, now: datetime) -> None:
        """Take over what has changed; what can't be used leaves everything as it is."""
        try:
            found = await asyncio.to_thread(self._look, now)
        except (OSError, ValueError, FrontError) as error:
            log.warning("the certificate is not renewed: %s", error)
            return
        if found is not None:
            self._newest, self._shown = found
            log.info("a new certificate is shown from now on")

    def _look(self, now: datetime) -> tuple[ssl.SSLContext, str] | None:
        """A new context and its mark; none if nothing has changed. Blocking."""
        own = own_of(self._settings, now)
        mark = mark_of(self._settings)
        return None if mark == self._shown else (tls_context(self._settings, own), mark)

    def _hand_over(self, one: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        one.context = self._newest


def mark_of(settings: FrontSettings) -> str:
    """Tells one certificate's files from another's. Blocking."""
    given = (settings.certificate, settings.certificate_key)
    files = [path for path in given if path is not None] or [settings.data / "tls" / "server.pem"]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
