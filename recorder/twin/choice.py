"""Which half puts frames together: the compiled one where it was built, else the reference."""

import logging

from recorder.packets import Incoming, Interpreted
from recorder.twin.incoming import Compiled
from recorder.twin.library import NotBuiltError

LOG = logging.getLogger(__name__)


def incoming() -> Incoming:
    """A new one; where there is no compiled one that is said."""
    try:
        return Compiled()
    except NotBuiltError as error:
        LOG.warning("frames are put together by Python: %s", error)
        return Interpreted()
