"""Which of a peer's addresses media goes to: the one nominated last, by TCP not beside UDP. Pure.

Firefox nominates every pair that works, by TCP too, and sends by the best of them; we are to do the
same (RFC 5245, 8.1.1.2). What is lost over TCP holds up all that follows: where a fifth was lost it
carried 40 kbit/s, and UDP all there was.
"""

from __future__ import annotations

from typing import Final

STAYS: Final = 6.0
"""Seconds without a Binding Request by UDP from which TCP may take over. Chromium checks its pair
each 2.5 s and leaves it after 5, Firefox checks each 4 to 6 s and leaves none."""


class Nominations:
    """Of one peer; addresses are whatever tells them apart."""

    def __init__(self) -> None:
        self._datagrams: object = None
        self._session = ""
        self._checked = float("-inf")
        self._stream: object = None

    def take(
        self, address: object, *, stream: bool, nominates: bool, session: str, now: float
    ) -> bool:
        """A valid Binding Request came; whether media goes to its address from now on.

        Args:
            address: from where.
            stream: whether by TCP.
            nominates: whether it nominates its pair.
            session: the ICE session that it names; what another one nominated counts no more.
            now: seconds.
        """
        if not stream:
            if nominates:
                self._datagrams, self._session, self._stream = address, session, None
            if address == self._datagrams:
                self._checked = now
            return nominates
        if nominates:
            self._stream = address
        stays = session == self._session and now - self._checked <= STAYS
        return address == self._stream and not stays
