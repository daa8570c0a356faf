"""No (key, SSRC, rollover, sequence) is ever encrypted with two different contents.

Twice would reveal AES-GCM's authentication key. Whatever publisher, receiver and server do, the
rows alone keep the rule: the sessions under test would let a repetition pass, unlike the real ones.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]  # has no stubs

from server.media import pump
from server.media.twin import library
from server.media.twin.pump import FUNCTION, CompiledPump
from signaling.rtp.header import FIXED
from signaling.rtp.sequence import extend
from tests.support.plane import PUMPS, Ground, ground
from tests.support.play import STEPS, begin, step


class Watch:
    """The binding of libsrtp, with every encryption noted."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, int, int], bytes] = {}
        self._highest: dict[tuple[int, int], int] = {}
        self.repeated: list[tuple[int, int, int]] = []

    def srtp_unprotect(self, session: Any, packet: Any, length: Any) -> int:  # noqa: ANN401  # a binding
        """As it is."""
        return int(lib.srtp_unprotect(session, packet, length))

    def srtp_unprotect_rtcp(self, session: Any, packet: Any, length: Any) -> int:  # noqa: ANN401  # a binding
        """As it is."""
        return int(lib.srtp_unprotect_rtcp(session, packet, length))

    def srtp_protect(self, session: Any, packet: Any, length: Any) -> int:  # noqa: ANN401  # a binding
        """Note what is encrypted under which nonce; the index as RFC 3711, 3.3.1 has it."""
        plain = bytes(ffi.buffer(packet, length[0]))
        _, _, sequence, _, ssrc = FIXED.unpack_from(plain)
        stream = int(ffi.cast("uintptr_t", session)), ssrc
        index = extend(sequence, self._highest.get(stream, sequence))
        result = int(lib.srtp_protect(session, packet, length))
        if result == 0:
            self._highest[stream] = max(index, self._highest.get(stream, index))
            nonce = (*stream, index)
            if self.seen.setdefault(nonce, plain) != plain:
                self.repeated.append(nonce)
        return result


def called_by_c(watch: Watch) -> Any:  # noqa: ANN401  # a function of C
    """The watched encryption as the compiled pump calls it."""

    def protect(session: Any, packet: Any, length: Any) -> int:  # noqa: ANN401  # pointers
        kinds = {"struct srtp_ctx_t_ *": session, "void *": packet, "int *": length}
        ours = [
            ffi.cast(kind, int(library.ffi.cast("uintptr_t", pointer)))
            for kind, pointer in kinds.items()
        ]
        return watch.srtp_protect(*ours)

    return library.ffi.callback(FUNCTION, protect, error=1)


@contextlib.contextmanager
def watched(kind: str, watch: Watch) -> Iterator[Ground]:
    """A plane with this pump, whose encryptions are noted."""
    with pytest.MonkeyPatch.context() as patch, ground(kind) as floor:
        patch.setattr(pump, "lib", watch)
        function = called_by_c(watch)
        if isinstance(floor.pump, CompiledPump):
            floor.pump.encrypt_with(function)
        yield floor


@pytest.mark.slow
@pytest.mark.parametrize("kind", PUMPS)
@settings(max_examples=200)
@given(steps=st.lists(STEPS, min_size=20, max_size=60))
def test_no_nonce_is_used_for_two_packets(kind: str, steps: list[tuple[Any, ...]]) -> None:
    watch = Watch()
    with watched(kind, watch) as floor:
        play = begin(floor)
        step(play, "bind", 0, "a/camera")
        step(play, "bind", 1, "a/microphone")
        step(play, "send", "a/camera", 3, True)
        for each in steps:
            step(play, *each)
        step(play, "send", "a/camera", 3, True)
    assert watch.seen
    assert not watch.repeated


@pytest.mark.parametrize("kind", PUMPS)
def test_a_repetition_would_be_noticed(kind: str) -> None:
    watch = Watch()
    with watched(kind, watch) as floor:
        play = begin(floor)
        step(play, "bind", 0, "a/camera")
        step(play, "send", "a/camera", 3, True)
        row = floor.near(play.downs[0]).slots["0"]
        assert row.source is not None
        assert row.source.publication is not None
        row.source.publication.restart()
        row.sequence -= 1
        step(play, "send", "a/camera", 1, True)
    assert watch.repeated
