"""Who a pupil at the door of a lesson is: a name is compared with the rosters of its classes.

The answer must not tell a stranger who is on a roster. So after some wrong names an address gets no
comparison for a while: whatever is typed then waits for a teacher, as an unknown name does.
"""

from collections.abc import Awaitable, Callable, Sequence

from server.access.guesses import Guess, Guesses, Kind
from server.programme.pupil import Rostered, match
from server.programme.refusal import RefusedError
from signaling.ids import LessonId

Roster = Callable[[LessonId], Awaitable[Sequence[Rostered]]]
"""The names of the class groups of a lesson's places that are kept by roster."""


class Door:
    """Compares names with rosters, within limits."""

    def __init__(self, roster: Roster, guesses: Guesses, clock: Callable[[], float]) -> None:
        self._roster = roster
        self._guesses = guesses
        self._clock = clock

    async def pupil(self, lesson: LessonId, typed: str, address: str) -> Rostered | None:
        """The pupil of that name; none when a teacher is to say who this is."""
        roster = await self._roster(lesson)
        guess = Guess(kind=Kind.PUPIL_NAME, address=address)
        if not roster or not self._admitted(guess):
            return None
        found = match(typed, roster)
        if found is not None:
            self._guesses.right(guess)
        return found

    def _admitted(self, guess: Guess) -> bool:
        """Whether a name from there may be compared now."""
        try:
            self._guesses.admit(guess, self._clock())
        except RefusedError:
            return False
        return True
