"""What a role may do; the live lesson's floor decides what is open to it at a moment."""

from dataclasses import dataclass

from signaling.events import Role


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the holder of a link may do in one lesson."""

    leads: bool
    """Whether it gives the host's commands."""
    joins: bool
    """Whether it may be in the live lesson at all."""
    replays: bool
    """Whether it may see the recording once the lesson has ended."""
    replays_running: bool
    """Whether it may see the recording while the lesson runs."""


def rights(role: Role, *, in_room: bool, in_host_room: bool) -> Rights:
    """What a link lets its holder do.

    Args:
        role: what the link says.
        in_room: whether its place is a classroom of the lesson.
        in_host_room: whether that is the host room.
    """
    staff = role is Role.TEACHER and in_room
    needs_room = role in (Role.TEACHER, Role.ROOM)
    return Rights(
        leads=staff and in_host_room,
        joins=in_room if needs_room else True,
        replays=staff or role is Role.VIEWER or (role is Role.ROOM and in_room),
        replays_running=staff,
    )
