"""The blacklist: who may not sign in, by name or by network."""

import ipaddress
from datetime import datetime

from server.access.guesses import network
from server.actions.acting import check, concern, entry
from server.programme.organisation import named
from server.programme.people import login_name
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store.credentials import Credentials
from server.store.database import Database


async def block(database: Database, acting: Acting, typed: str, why: str, now: datetime) -> None:
    """Let nobody sign in with a name or from a network; who is signed in by the name is out.

    Raises:
        RefusedError: it is neither, there is no reason, or this is not allowed.
    """
    check(acting, Action.CHANGE_SETTINGS, concern())
    line = entry(acting, Action.CHANGE_SETTINGS, now)
    await Credentials(database).block(_blockable(typed), named(why), line)


async def unblock(database: Database, acting: Acting, typed: str, now: datetime) -> None:
    """Take a block away.

    Raises:
        RefusedError: there is none, or this is not allowed.
    """
    check(acting, Action.CHANGE_SETTINGS, concern())
    line = entry(acting, Action.CHANGE_SETTINGS, now)
    if not await Credentials(database).unblock(_blockable(typed), line):
        raise RefusedError(Refusal.BLOCK_UNKNOWN)


def _blockable(typed: str) -> str:
    """A network where it is an address, else a sign-in name; nothing is both."""
    trimmed = typed.strip()
    try:
        ipaddress.ip_address(trimmed)
    except ValueError:
        return login_name(trimmed)
    return network(trimmed)
