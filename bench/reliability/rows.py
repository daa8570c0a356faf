"""The rows of the table: what stands between weak school and server, and what happens. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Browser = Literal["chromium", "firefox"]

WARM_S: Final = 8.0
"""How long a lesson goes on a free line before the row begins, to see what is usual."""
USUAL_S: Final = 3.0
"""How long of that, at its end, is taken for the usual."""
SETTLE_S: Final = 10.0
"""How long a row lasts before it is measured."""
MEASURE_S: Final = 30.0
"""How long it is measured."""
AFTER_OUTAGE_S: Final = 20.0
"""How long an outage is measured, from its end."""
FREE_KBPS: Final = 100_000
"""Rate of a line that has none: far more than a lesson needs."""
LIFTED_S: Final = 15.0
"""How long a row goes on, on a free line, to see when all is as it was before."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line, the same in both directions."""

    rtt: float = 0.06
    """Seconds there and back, on the mean."""
    jitter: float = 0.0
    """Seconds by which a packet may come later than another, each way; order is kept."""
    loss: float = 0.0
    """Share of packets that is lost, each way."""
    burst: int = 1
    """How many are lost one after another."""
    kbps: int | None = None
    """Rate in kbit/s; none for as much as the machine carries."""
    queue: float = 0.2
    """Seconds that the queue in front of the rate holds."""
    udp: bool = True
    """Whether UDP passes."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: a line, and what happens on it."""

    name: str
    """As the table says it, and as it is asked for."""
    browser: Browser = "chromium"
    """At the weak end."""
    link: Link
    """Between joining and the end of measuring; from before joining where UDP is shut."""
    falls: Link | None = None
    """What the line falls to after settling, until the end of measuring."""
    outage: float = 0.0
    """Seconds in which nothing passes, after settling."""

    @property
    def lasts(self) -> float:
        """Seconds that it takes, joining and leaving aside."""
        if self.outage:
            return WARM_S + SETTLE_S + self.outage + AFTER_OUTAGE_S
        return WARM_S + SETTLE_S + MEASURE_S + LIFTED_S


FREE: Final = Link()
"""A line that does nothing but take its time."""


def _rows() -> list[Row]:
    losses = [Row(name=f"{n} % loss", link=Link(loss=n / 100)) for n in (1, 2, 5, 10, 20)]
    rates = [
        Row(name=name, link=Link(kbps=kbps))
        for name, kbps in (("2 Mbit/s", 2000), ("1 Mbit/s", 1000), ("500 kbit/s", 500))
    ]
    outages = [Row(name=f"outage of {n} s", link=FREE, outage=float(n)) for n in (1, 5, 15, 30, 60)]
    return [
        Row(name="a free line", link=FREE),
        *losses,
        Row(name="5 % loss in bursts of ten", link=Link(loss=0.05, burst=10)),
        *rates,
        Row(name="250 kbit/s", link=Link(kbps=250)),
        Row(name="500 kbit/s, queue of 1 s", link=Link(kbps=500, queue=1.0)),
        Row(name="4 Mbit/s to 500 kbit/s and back", link=Link(kbps=4000), falls=Link(kbps=500)),
        Row(name="150 ms with jitter", link=Link(rtt=0.15, jitter=0.03)),
        Row(name="300 ms with jitter", link=Link(rtt=0.3, jitter=0.06)),
        *outages,
        Row(name="UDP shut", link=Link(udp=False)),
    ]


_IN_FIREFOX: Final = (
    "5 % loss",
    "20 % loss",
    "500 kbit/s",
    "outage of 5 s",
    "outage of 30 s",
    "UDP shut",
)


def rows() -> list[Row]:
    """Every row, as the table has them."""
    chromium = _rows()
    both = {row.name: row for row in chromium}
    firefox = [
        replace(both[name], name=f"{name}, Firefox", browser="firefox") for name in _IN_FIREFOX
    ]
    return chromium + firefox


def chosen(words: Sequence[str]) -> list[Row]:
    """The rows whose name begins with one of these words; without any, all of them.

    Raises:
        ValueError: a word begins no name.
    """
    everything = rows()
    for word in words:
        if not any(row.name.startswith(word) for row in everything):
            raise ValueError(f"no row begins with {word!r}")
    return [row for row in everything if not words or any(row.name.startswith(w) for w in words)]
