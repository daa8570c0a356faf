"""Logins between the store and the rules of when they end."""

from server.access.logins import Lifetime, Login
from server.store.logins import KeptLogin


def to_keep(login: Login) -> KeptLogin:
    """What the store keeps of a login."""
    return KeptLogin(
        digest=login.digest,
        person=login.person,
        whole=login.whole,
        idle=login.lifetime.idle,
        absolute=login.lifetime.absolute,
        made=login.made,
        seen=login.seen,
    )


def kept(row: KeptLogin) -> Login:
    """The login that the store kept."""
    return Login(
        digest=row.digest,
        person=row.person,
        whole=row.whole,
        lifetime=Lifetime(idle=row.idle, absolute=row.absolute),
        made=row.made,
        seen=row.seen,
    )
