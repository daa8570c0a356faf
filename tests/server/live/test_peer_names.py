from server.live.peer_names import lesson_of_peer, rest_of_peer, worker_peer
from signaling.ids import LessonId, PeerId

ONE = LessonId("one")


def test_a_peers_name_says_whose_it_is() -> None:
    peer = worker_peer(ONE, "device", PeerId("p:q"))
    assert lesson_of_peer(peer) == ONE
    assert rest_of_peer(peer) == "device:p:q"
    assert peer != worker_peer(ONE, "other", PeerId("p:q"))
