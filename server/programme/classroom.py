"""A classroom of a school; what it is in one lesson, `lesson.Room` says. Pure."""

from dataclasses import dataclass

from server.programme.organisation import Organisation


@dataclass(frozen=True, kw_only=True)
class Classroom:
    """A room of a school that lessons are taught in or received in."""

    id: str
    """Random, for ever."""
    organisation: Organisation
    """Whose it is."""
    name: str
    """What people there call it."""
