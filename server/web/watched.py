"""Whether the holder of a token may watch a recording just now."""

from server.actions.reviewing import reviewing
from server.live.hall import Hall, Visit
from server.store.database import Database
from signaling.errors import Code, UserError
from signaling.events import Phase


async def watched(hall: Hall, database: Database, token: str) -> Visit:
    """What a token opens; whoever signed in for it is asked anew whether they still may.

    Raises:
        UserError: it is not ours, or its holder may not watch, or not yet.
        RefusedError: its holder may no longer watch.
    """
    visit = await hall.visit(token)
    ended = visit.phase is Phase.ENDED
    if not (visit.rights.replays if ended else visit.rights.replays_running):
        raise UserError(Code.NOT_ALLOWED)
    if visit.claims.reviewer is not None:
        await reviewing(database, visit.claims.reviewer, visit.stored.lesson.id)
    return visit
