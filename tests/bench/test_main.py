import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import viewers
from bench.__main__ import (
    BUDGET_S,
    KEPT_S,
    PAGE,
    Asked,
    ended,
    kept_s,
    of_peers,
    of_scale,
    of_viewers,
)
from bench.promises import Row
from bench.scale import RECEIVERS
from tests.support.benched import VIEWED, compared_run

KEPT = Row(figure="a.kept", value=1.0, at_most=2.0, valid=True)
MISSED = Row(figure="a.missed", value=3.0, at_most=2.0, valid=True)
INVALID = Row(figure="a.invalid", value=3.0, at_most=2.0, valid=False)


def asked(page: Path) -> Asked:
    return Asked(page=page, seconds=1.0, left_s=lambda _: 0.0)


def copied(folder: Path) -> Path:
    """A page of our own with the marks of the real one."""
    page = folder / "performance.md"
    page.write_text(PAGE.read_text())
    return page


def says(monkeypatch: pytest.MonkeyPatch, folder: Path, output: str, status: int = 0) -> None:
    """Let every bench that is a process of its own print this."""
    script = folder / "said.py"
    script.write_text(f"import sys\nprint({output!r}, end='')\nsys.exit({status})\n")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))


@pytest.mark.parametrize(
    ("row", "status"), [(KEPT, 0), (MISSED, 1), (INVALID, 3)], ids=["kept", "missed", "invalid"]
)
def test_each_target_is_told_beside_its_figure_and_in_the_status(
    row: Row, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended({"house": lambda _: [row]}, asked(PAGE)) == status
    line, *text = capsys.readouterr().out.splitlines()
    assert json.loads(line)["target"] == "≤ 2"
    assert json.loads(line)["measured"] == row.value
    assert text[-1] == f"| `{row.figure}` | ≤ 2 | {row.value} | {row.ratio} |"


def test_a_part_that_cannot_run_leaves_the_others_and_the_page_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = copied(tmp_path)
    before = page.read_text()
    says(monkeypatch, tmp_path, "", status=1)
    assert ended({"peers": of_peers, "viewers": lambda _: [KEPT]}, asked(page)) == 1
    out = capsys.readouterr()
    assert "a.kept" in out.out
    assert "bench.peers ended with status 1" in out.err
    assert page.read_text() == before


def test_the_comparison_writes_its_tables_and_tells_each_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = copied(tmp_path)
    runs = [compared_run("one", "ours", 4.0), compared_run("one", "janus", 20.0)]
    said = "".join(f"{run.line()}\n" for run in runs)
    says(monkeypatch, tmp_path, said)
    rows = {row.figure: row for row in of_peers(asked(page))}
    assert rows["peers.one.us_per_forward / Janus"].value == 0.2
    assert capsys.readouterr().out == said
    assert "| `peers.one.us_per_forward / Janus` | ≤ 0.25 | 0.2 | 0.80 |" in page.read_text()


def test_the_cost_by_size_writes_its_table_and_draws_its_pictures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = copied(tmp_path)
    run = replace(compared_run("receivers", "ours", 5.5), run=RECEIVERS.index(100))
    says(monkeypatch, tmp_path, f"{run.line()}\n")
    assert of_scale(asked(page)) == []
    assert "| 1 × (1 → 100) | 5.50 |" in page.read_text()
    assert "Tongke" in (tmp_path / "images" / "cost-by-receivers.svg").read_text()


def test_the_most_viewers_are_written_with_what_ended_the_climb(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = copied(tmp_path)
    most = replace(VIEWED, viewers=800, limit="joins")
    monkeypatch.setattr(viewers, "measure", lambda _: most)
    (row,) = of_viewers(asked(page))
    assert not row.kept
    assert "800 viewers lost nothing; then the next did not get in" in page.read_text()


def test_the_comparison_leaves_time_to_the_parts_after_it() -> None:
    assert kept_s(["viewers", "scale"]) == sum(KEPT_S.values())
    assert kept_s(["scale"]) == KEPT_S["scale"]
    assert kept_s([]) == 0
    assert sum(KEPT_S.values()) < BUDGET_S / 2
