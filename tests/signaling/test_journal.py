"""The journal's lines: written, cut, verified, erased, upgraded."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import ChatSent, EndReason, Event, HandRaised, JournalGap, LessonEnded
from signaling.ids import ParticipantId
from signaling.journal import START, Body, Journal, UnreadableJournalError, Writer, erase, read

SOMEONE = ParticipantId("p1")
CHAT = ChatSent(participant=SOMEONE, text="我们这边听得很清楚")
HAND = HandRaised(participant=SOMEONE)
END = LessonEnded(reason=EndReason.ENDED, by=None)


def written(*events: Event, writer: Writer | None = None) -> list[bytes]:
    """Lines of these events, a second apart."""
    pen = writer or Writer()
    return [
        pen.write(second, event, second.to_bytes(16, "big"))[1]
        for second, event in enumerate(events)
    ]


def events(journal: Journal) -> list[Event | None]:
    return [line.event for line in journal.lines]


def test_what_was_written_is_read_again() -> None:
    journal = read(b"".join(written(HAND, CHAT, END)))
    assert events(journal) == [HAND, CHAT, END]
    assert [(line.n, line.t) for line in journal.lines] == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert journal.torn_bytes == 0
    assert journal.sealed


def test_an_empty_journal_has_no_lines() -> None:
    assert read(b"") == Journal((), 0, START, 1)
    assert not read(b"").sealed


def test_a_journal_without_the_end_is_not_sealed() -> None:
    assert not read(b"".join(written(HAND))).sealed


@given(cut=st.integers(min_value=1, max_value=300))
def test_a_torn_tail_is_cut_off_wherever_it_is_torn(cut: int) -> None:
    lines = written(HAND, CHAT, END)
    data = b"".join(lines)[:-cut]
    journal = read(data)
    whole = sum(1 for end in range(1, 4) if len(b"".join(lines[:end])) <= len(data))
    assert len(journal.lines) == whole
    assert journal.torn_bytes == len(data) - len(b"".join(lines[:whole]))
    assert not journal.sealed


@given(garbage=st.binary(max_size=300))
def test_garbage_after_the_last_line_is_torn_and_never_read(garbage: bytes) -> None:
    journal = read(b"".join(written(HAND, CHAT)) + garbage)
    assert events(journal) == [HAND, CHAT]
    assert journal.torn_bytes == len(garbage)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert read(data).torn_bytes == len(data)


@given(data=st.data())
def test_a_changed_byte_breaks_the_chain_from_its_line_on(data: st.DataObject) -> None:
    lines = written(HAND, CHAT, HAND, END)
    at = data.draw(st.integers(0, sum(map(len, lines)) - 1))
    forged = bytearray(b"".join(lines))
    forged[at] ^= data.draw(st.integers(1, 255))
    try:
        journal = read(bytes(forged))
    except UnreadableJournalError:
        return  # the version's own digit
    assert not journal.sealed
    assert len(b"".join(lines[: len(journal.lines)])) <= at


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_line_is_noticed(missing: int) -> None:
    lines = written(HAND, CHAT, HAND, END)
    del lines[missing]
    assert len(read(b"".join(lines)).lines) == missing


def test_lines_in_another_order_are_refused() -> None:
    first, second, third, _ = written(HAND, CHAT, HAND, END)
    assert len(read(first + third + second).lines) == 1


def test_the_line_of_another_journal_is_refused() -> None:
    ours = written(HAND, CHAT)
    theirs = written(CHAT, CHAT, HAND)
    assert len(read(b"".join([*ours, theirs[2]])).lines) == 2


def test_a_journal_goes_on_where_it_was_read_to() -> None:
    head = read(b"".join(written(HAND, CHAT))).head
    lines = [*written(HAND, CHAT), Writer(head).write(9.5, END, bytes(16))[1]]
    journal = read(b"".join(lines))
    assert journal.sealed
    assert journal.lines[-1].n == 2


def test_lesson_time_never_runs_backwards_and_is_whole_milliseconds() -> None:
    writer = Writer()
    times = [writer.write(now, HAND, bytes(16))[0].t for now in (1.00049, 0.5, 2.0)]
    assert times == [1.0, 1.0, 2.0]
    assert all(a <= b for a, b in pairwise(times))


def test_an_erased_line_is_gone_and_the_chain_still_holds() -> None:
    lines = written(HAND, CHAT, END)
    lines[1] = erase(lines[1])
    data = b"".join(lines)
    assert CHAT.text.encode() not in data
    assert events(read(data)) == [HAND, None, END]
    assert read(data).sealed
    assert erase(lines[1]) == lines[1]


def test_an_erased_line_can_be_the_last() -> None:
    lines = written(HAND, CHAT)
    assert events(read(lines[0] + erase(lines[1]))) == [HAND, None]


def test_an_erased_text_cannot_be_guessed_from_its_hash() -> None:
    pen, other = Writer(), Writer()
    for writer in (pen, other):
        writer.write(0, HAND, bytes(16))
    one = erase(pen.write(1, CHAT, bytes(16))[1])
    two = erase(other.write(1, CHAT, bytes([1] * 16))[1])
    assert json.loads(one)["hash"] != json.loads(two)["hash"]


def test_the_first_line_cannot_be_erased() -> None:
    with pytest.raises(ValueError, match="cannot be erased"):
        erase(written(HAND)[0])


def test_what_is_no_line_cannot_be_erased() -> None:
    with pytest.raises(ValueError, match="cannot be erased"):
        erase(b"nothing\n")


def test_a_gap_names_the_numbers_that_were_told_but_not_kept() -> None:
    writer = Writer()
    kept = [writer.write(0, HAND, bytes(16))[1]]
    head = writer.head
    for second in (1, 2, 3):
        writer.write(second, HAND, bytes(16))
    lost = writer.rewind(head)
    assert lost == 3
    line, data = writer.write(4, JournalGap(since=1.0, events=lost), bytes(16))
    assert line.n == 4
    journal = read(b"".join([*kept, data, writer.write(5, END, bytes(16))[1]]))
    assert journal.sealed
    assert [one.n for one in journal.lines] == [0, 4, 5]


def test_a_gap_of_the_wrong_size_is_refused() -> None:
    writer = Writer()
    first = writer.write(0, HAND, bytes(16))[1]
    head = writer.head
    writer.write(1, HAND, bytes(16))
    writer.rewind(head)
    wrong = writer.write(2, JournalGap(since=1.0, events=7), bytes(16))[1]
    assert len(read(first + wrong).lines) == 1


def test_old_bodies_are_upgraded_step_by_step() -> None:
    def renamed(body: Body) -> Body:
        return {**body, "text": f"{body['text']}!"} if "text" in body else body

    journal = read(b"".join(written(HAND, CHAT, END)), {1: renamed, 2: renamed}, newest=3)
    assert events(journal) == [HAND, ChatSent(participant=SOMEONE, text=f"{CHAT.text}!!"), END]
    assert journal.sealed
    assert journal.version == 1


def test_a_journal_of_a_newer_version_is_refused() -> None:
    with pytest.raises(UnreadableJournalError):
        read(b"".join(written(HAND)), newest=0)


def test_an_old_journal_that_nothing_upgrades_is_refused() -> None:
    with pytest.raises(UnreadableJournalError, match="version 1"):
        read(b"".join(written(HAND)), {}, newest=2)


def test_an_event_of_an_unknown_type_keeps_its_place() -> None:
    def strange(body: Body) -> Body:
        return {"type": "moon_landed"} if "text" in body else body

    journal = read(b"".join(written(HAND, CHAT, END)), {1: strange}, newest=2)
    assert events(journal) == [HAND, None, END]
    assert journal.sealed
