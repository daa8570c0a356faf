"""The kernel's words for a queue, as it said them of one with tbf."""

from bench.reliability.queues import RTM_NEWQDISC, Queue, messages, root

TOLD = bytes.fromhex(
    "bc000000240002000700000 0c5230000".replace(" ", "")
    + "00000000020000000000 0880ffffffff02000000".replace(" ", "")
    + "0800010074626600"
    + "2c000200280001000001000000000000000024f4000000000000000000000000d4300000b0710b0000000000"
    + "05000c0000000000"
    + "30000700"
    + "14000100 a086010000000000 6400000000000000".replace(" ", "")
    + "18000300 08000000 d4300000 04000000 00000000 00000000".replace(" ", "")
)


def test_a_queue_says_what_waits_what_passed_and_what_it_refused() -> None:
    whole = (len(TOLD)).to_bytes(4, "little") + TOLD[4:]
    [(kind, content)] = messages(whole)
    assert kind == RTM_NEWQDISC
    assert root(content) == (2, Queue(waits=12_500, passed=100_000, dropped=4))


def test_a_queue_inside_another_is_not_that_of_the_device() -> None:
    [(_, content)] = messages((len(TOLD)).to_bytes(4, "little") + TOLD[4:])
    inside = content[:12] + (0x10000).to_bytes(4, "little") + content[16:]
    assert root(inside) is None
