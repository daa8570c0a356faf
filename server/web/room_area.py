"""What classrooms' screens and the phones in front of them need, put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.access.guesses import Guesses
from server.access.hashing import Hashing
from server.access.panels import Panels
from server.access.room_codes import RoomCodes
from server.access.screen_codes import ScreenCodes
from server.access.screen_proofs import Nonces
from server.access.tokens import LinkKey
from server.actions.assistants import Assistants
from server.actions.panel_sign_in import PanelSignIn
from server.actions.room_day import Occasions
from server.actions.screen_return import ScreenReturn
from server.actions.screens import Binding
from server.store.database import Database
from server.web.assistant import AssistantPages
from server.web.doorkeeper import Doorkeeper
from server.web.room import RoomPages
from server.web.screens import ScreenPages
from server.web.source import Sources


@dataclass(frozen=True, kw_only=True)
class Proving:
    """What every way of proving who one is shares."""

    hashing: Hashing
    """The one thread for PINs and passwords."""
    guesses: Guesses
    """The one count of wrong guesses."""
    keeper: Doorkeeper
    """Knows who is signed in."""
    sources: Sources
    """Reads where requests come from."""
    key: LinkKey
    """Signs links."""


@dataclass(frozen=True, kw_only=True)
class RoomArea:
    """The handlers of classrooms' screens."""

    room: RoomPages
    """The screen itself."""
    assistant: AssistantPages
    """Phones that scanned it."""
    screens: ScreenPages
    """Whoever binds it."""


def room_area(
    database: Database, occasions: Occasions, proving: Proving, bases: Callable[[], Sequence[str]]
) -> RoomArea:
    """The handlers with what they remember; `bases` is how links of this server begin."""
    codes, sources = RoomCodes(), proving.sources
    binding = Binding(database, ScreenCodes(), proving.guesses)
    returning = ScreenReturn(database, Nonces(), proving.guesses)
    panels = PanelSignIn(database, Panels())
    assistants = Assistants(
        database, occasions, codes, proving.hashing, proving.guesses, proving.key
    )
    return RoomArea(
        room=RoomPages(binding, returning, occasions, codes, panels, sources, proving.key, bases),
        assistant=AssistantPages(assistants, panels, proving.keeper, sources),
        screens=ScreenPages(binding, proving.keeper, sources),
    )
