"""What peers are called at the worker (pure)."""

from signaling.ids import LessonId, PeerId


def worker_peer(lesson: LessonId, device: str, peer: PeerId) -> PeerId:
    """What the worker calls a peer: devices choose names without knowing of each other."""
    return PeerId(f"{lesson}:{device}:{peer}")


def rest_of_peer(peer: PeerId) -> str:
    """What tells the peer from the others of its lesson, `device:peer`; random, it names nobody."""
    return peer.partition(":")[2]


def lesson_of_peer(peer: PeerId) -> LessonId:
    """The lesson of a peer that `worker_peer` has named."""
    return LessonId(peer.partition(":")[0])
