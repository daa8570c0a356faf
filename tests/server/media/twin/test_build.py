"""The compiled pump is built where there is a compiler; with checks it survives hostile packets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.media.twin import build
from server.media.twin.library import Struct, ffi

FUZZED_S = 60
SEED = 20_261_126


def test_it_is_built_of_its_sources(tmp_path: Path) -> None:
    target = tmp_path / "libtwin.so"
    assert build.build(target)
    library: Struct = ffi.dlopen(str(target))
    assert library.layout_sizes() > 0


def test_without_a_compiler_it_is_not_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "HERE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build.py"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    old = tmp_path / "libtwin.so"
    old.write_bytes(b"of other sources")
    build.main()
    assert capsys.readouterr().out.strip() == build.WITHOUT
    assert not old.exists()


@pytest.mark.slow
@pytest.mark.quiet
@pytest.mark.timeout(240)
def test_hostile_packets_break_no_rule_of_c(tmp_path: Path) -> None:
    checked = tmp_path / "libtwin.so"
    assert build.build(checked, build.CHECKED)
    command = build.compiler()
    assert command is not None
    asked = [command, "-print-file-name=libasan.so"]
    runtime = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    sanitized = {
        "LD_PRELOAD": runtime,
        # Python frees little of its own at the end.
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    # All else goes first: it takes what those that measure beside it leave of two cores.
    fuzz = ["nice", "-n", "19", sys.executable, "-m", "tests.support.fuzz_pump", str(checked)]
    run = subprocess.run(
        [*fuzz, str(FUZZED_S), str(SEED)],
        env={**os.environ, **sanitized},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert int(run.stdout) > 1000
