"""The relays of the settings: their secret is read once and stays here."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from server.access.turn import Relay
from signaling.messages import IceServer

NAME_BYTES = 9


class RelayError(Exception):
    """The relays can't be used; the message says why and what to change."""


def read_relay(urls: Sequence[str], secret: Path | None) -> Relay:
    """The relays with what is shared with them.

    Raises:
        RelayError: the secret can't be read, or is none.
    """
    if secret is None:
        return Relay()
    try:
        shared = secret.read_bytes().strip()
    except OSError as error:
        raise RelayError(f"turn_secret: {secret}: {error.strerror}") from error
    if not shared:
        raise RelayError(f"turn_secret: {secret} is empty")
    return Relay(urls=tuple(urls), secret=shared)


def lender(relay: Relay) -> Callable[[], tuple[IceServer, ...]]:
    """Makes new credentials each time, under a name by which nobody is known."""
    return lambda: relay.servers(secrets.token_hex(NAME_BYTES), datetime.now(UTC).timestamp())
