"""Whether the holder of a token may watch a recording just now."""

from server.live.hall import Hall, Visit
from signaling.errors import Code, UserError
from signaling.events import Phase


async def watched(hall: Hall, token: str) -> Visit:
    """What a token opens.

    Raises:
        UserError: it is not ours, or its holder may not watch, or not yet.
    """
    visit = await hall.visit(token)
    ended = visit.phase is Phase.ENDED
    if not (visit.rights.replays if ended else visit.rights.replays_running):
        raise UserError(Code.NOT_ALLOWED)
    return visit
