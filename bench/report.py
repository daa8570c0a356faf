"""What docs/performance.md gets of each part of `make bench`: pure, from page to page."""

from collections.abc import Sequence

from bench import peers, scale, viewers
from bench.comparison import Run, compared
from bench.house import media_tables
from bench.page import replaced
from bench.promises import Results, compared_rows, promises, rows, viewers_row


def with_house(page: str, machine: str, results: Results) -> str:
    """The page with our own benches' tables replaced."""
    page = replaced(page, "machine", machine)
    page = replaced(page, "targets", promises(rows(results)))
    return replaced(page, "media", media_tables(results.media))


def with_peers(page: str, machine: str, runs: Sequence[Run]) -> str:
    """The page with the comparison's tables replaced."""
    page = replaced(page, "peers-machine", machine)
    page = replaced(page, "peers-targets", promises(compared_rows(compared(runs))))
    return replaced(page, "peers", peers.table(runs))


def with_viewers(page: str, machine: str, most: viewers.Figures) -> str:
    """The page with the most viewers replaced."""
    page = replaced(page, "viewers-machine", machine)
    page = replaced(page, "viewers-targets", promises([viewers_row(most)]))
    return replaced(page, "viewers", viewers.written(most))


def with_scale(page: str, machine: str, runs: Sequence[Run]) -> str:
    """The page with the tables of costs by size replaced; their pictures are `scale.drawings`."""
    page = replaced(page, "scale-machine", machine)
    return replaced(page, "scale", scale.written(runs))
