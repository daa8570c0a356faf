import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from recorder.twin import library as recorder
from server.media.twin import library as pump
from signaling.compiled.build import compiler
from signaling.compiled.library import NotBuiltError

LIBRARIES = [pump, recorder]


@pytest.fixture(params=LIBRARIES, ids=["pump", "recorder"])
def library(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.fixture
def elsewhere(
    library: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where the library is looked for instead."""
    path = tmp_path / "libtwin.so"
    monkeypatch.setattr(library, "LIBRARY", path)
    library.load.cache_clear()
    yield path
    library.load.cache_clear()


def test_both_sides_mean_the_same_memory(library: ModuleType) -> None:
    sizes = [library.ffi.sizeof(f"struct {name}") for name in library.STRUCTS]
    assert library.load().layout_sizes() == sum(sizes)


def test_where_it_was_not_built_that_is_said(library: ModuleType, elsewhere: Path) -> None:
    with pytest.raises(NotBuiltError, match=elsewhere.name):
        library.load()


def test_one_that_was_built_of_other_sources_is_not_used(
    library: ModuleType, elsewhere: Path
) -> None:
    command, source = compiler(), elsewhere.with_suffix(".c")
    assert command is not None
    source.write_text("long long layout_sizes(void) { return 1; }")
    subprocess.run([command, "-shared", "-fPIC", "-o", elsewhere, source], check=True)
    with pytest.raises(NotBuiltError, match="other sources"):
        library.load()
