"""Which pump serves: the compiled one where it was built, else the reference in Python."""

import logging
from typing import Final, Literal

from server.media.pump import Pump
from server.media.tapping import Tap
from server.media.twin.library import NotBuiltError, load
from server.media.twin.pump import CompiledPump
from server.media.twin.tap import TwinTap

Wanted = Literal["auto", "compiled", "python"]
Serving = Literal["compiled", "python"]
WANTED: Final[tuple[Wanted, ...]] = ("auto", "compiled", "python")

logger = logging.getLogger(__name__)


def choose(wanted: Wanted) -> Serving:
    """The pump that serves.

    Raises:
        NotBuiltError: the compiled one is insisted on and is not there.
    """
    if wanted == "python":
        return "python"
    try:
        load()
    except NotBuiltError as error:
        if wanted == "compiled":
            raise
        logger.warning("the compiled pump is not used: %s", error)
        return "python"
    return "compiled"


def parts(serving: Serving) -> tuple[type[Pump], type[Tap]]:
    """Pump and tap that belong together."""
    return (CompiledPump, TwinTap) if serving == "compiled" else (Pump, Tap)
