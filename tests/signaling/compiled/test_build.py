"""Compiled twins are built where there is a compiler."""

import sys
from pathlib import Path
from typing import Any

import pytest
from cffi import FFI

from recorder.twin import library as recorder
from server.media.twin import library as pump
from signaling.compiled import build

FOLDERS = [pump.HERE, recorder.HERE]


@pytest.mark.parametrize("folder", FOLDERS)
def test_one_is_built_of_its_sources(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / build.LIBRARY
    assert build.build(folder, target)
    ffi = FFI()
    ffi.cdef("int64_t layout_sizes(void);")
    library: Any = ffi.dlopen(str(target))
    assert library.layout_sizes() > 0


def test_without_a_compiler_none_is_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["build.py", str(tmp_path)])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    old = tmp_path / build.LIBRARY
    old.write_bytes(b"of other sources")
    build.main()
    assert capsys.readouterr().out.strip() == build.WITHOUT
    assert not old.exists()
