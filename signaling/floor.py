"""Who may speak, show and draw now: lecture, called, discussion; pause, ban, end (pure).

The only place that decides it; the worker's gates and the devices' microphones follow.
"""

from signaling.ids import ParticipantId
from signaling.messages import LessonState, SourceState


def microphone_open(state: LessonState, participant: ParticipantId) -> bool:
    """Whether the floor lets this participant be heard."""
    raise NotImplementedError


def passes(state: LessonState, source: SourceState) -> bool:
    """Whether a source's packets are passed on."""
    raise NotImplementedError
