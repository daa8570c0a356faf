"""When to ask a publisher for a key frame: wishes merged, limited and remembered. Pure."""

LIMIT = 0.3
"""Least seconds between two requests to one publisher."""
PATIENCE = 0.5
"""Seconds after which an unanswered request is repeated."""
TRIES = 20
"""Requests without an answer after which nothing is asked until somebody wishes again."""


class KeyFrameRequests:
    """The wishes for key frames of one publication.

    Wishes made while a request is under way are answered by the same key frame. A wish made after
    the key frame came is a new one: whoever made it may have missed it.
    """

    def __init__(self) -> None:
        self._wanted = False
        self._asked: float | None = None
        self._last = float("-inf")
        self._tries = 0

    def ask(self) -> None:
        """Somebody cannot go on without a key frame."""
        self._wanted = True

    def arrived(self) -> None:
        """A key frame begins: all wishes until now are fulfilled."""
        self._wanted = False
        self._asked = None
        self._tries = 0

    def due(self, now: float) -> bool:
        """Whether a PLI goes out now; it then counts as sent."""
        at = self.deadline()
        if at is None or now < at:
            return False
        if self._tries == TRIES:
            self.arrived()
            return False
        self._asked = self._last = now
        self._tries += 1
        return True

    def deadline(self) -> float | None:
        """When a PLI is due; none while nobody waits."""
        if not self._wanted:
            return None
        if self._asked is None:
            return self._last + LIMIT
        return self._asked + PATIENCE
