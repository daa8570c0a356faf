"""Signing in on a classroom's panel by a phone that is signed in; pure, time is an argument.

The panel shows a code in a QR and keeps a secret of its own. The phone that scans it is told which
room's panel asks, and says yes. With its secret, which no camera sees, the panel collects the
answer once. Each step is good once, and all of it is over within two minutes.
"""

from dataclasses import dataclass

from server.access.logins import digest_of, fresh_token
from server.programme.refusal import Refusal, RefusedError

OPEN_FOR = 120.0
"""Seconds a panel's code may be approved in."""
COLLECT_WITHIN = 30.0
"""Seconds the panel has to collect what was approved."""
MOST_OPEN = 500
"""Panels that may ask at once; one more is refused, for the others end within two minutes."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a panel is given when it asks."""

    code: str
    """For the QR: whoever scans it may approve."""
    secret: str
    """For the panel alone: with it the login is collected."""


def fresh_ticket() -> Ticket:
    """A ticket nobody has seen."""
    return Ticket(code=fresh_token(), secret=fresh_token())


@dataclass
class _Asking:
    """One panel that waits."""

    code: bytes
    secret: bytes
    ends: float
    person: str | None = None


class Panels:
    """The panels that ask; one request each, `MOST_OPEN` in all, in memory alone."""

    def __init__(self) -> None:
        self._asking: dict[str, _Asking] = {}

    def ask(self, panel: str, ticket: Ticket, now: float) -> None:
        """A panel, known by its binding to a room, asks anew; its request from before is over.

        Raises:
            RefusedError: too many ask.
        """
        self._drop_ended(now)
        if panel not in self._asking and len(self._asking) >= MOST_OPEN:
            raise RefusedError(Refusal.SIGN_IN_BUSY)
        self._asking[panel] = _Asking(
            code=digest_of(ticket.code), secret=digest_of(ticket.secret), ends=now + OPEN_FOR
        )

    def asked_by(self, code: str, now: float) -> str:
        """Which panel shows this code: the phone says its room before anybody says yes.

        Raises:
            RefusedError: none does, or no more.
        """
        return self._find(code, now)[0]

    def approve(self, code: str, panel: str, person: str, now: float) -> None:
        """Somebody who is signed in says yes to the panel that they were told.

        Raises:
            RefusedError: that panel shows this code no more, or somebody said yes before.
        """
        found, asking = self._find(code, now)
        if found != panel:
            raise RefusedError(Refusal.PANEL_CODE_OVER)
        asking.person = person
        asking.ends = now + COLLECT_WITHIN

    def collect(self, panel: str, secret: str, now: float) -> str | None:
        """Who signed in on this panel, told once; none while nobody has said yes.

        Raises:
            RefusedError: the request is over, and the panel asks anew.
        """
        self._drop_ended(now)
        asking = self._asking.get(panel)
        if asking is None or asking.secret != digest_of(secret):
            raise RefusedError(Refusal.PANEL_CODE_OVER)
        if asking.person is not None:
            del self._asking[panel]
        return asking.person

    def __len__(self) -> int:
        return len(self._asking)

    def _find(self, code: str, now: float) -> tuple[str, _Asking]:
        self._drop_ended(now)
        digest = digest_of(code)
        for panel, asking in self._asking.items():
            if asking.code == digest and asking.person is None:
                return panel, asking
        raise RefusedError(Refusal.PANEL_CODE_OVER)

    def _drop_ended(self, now: float) -> None:
        self._asking = {name: one for name, one in self._asking.items() if now < one.ends}
