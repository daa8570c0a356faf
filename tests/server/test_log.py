import json
import logging
from collections.abc import Iterator

import pytest

from server.log import set_up_logging


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_json_where_no_person_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    logging.getLogger("server.live").info("lesson=%s has ended", "l")
    logging.getLogger("server.live").debug("unheard")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["event"], line["level"], line["logger"]) == (
        "lesson=l has ended",
        "info",
        "server.live",
    )


def test_a_traceback_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("server").exception("failed")
    line = json.loads(capsys.readouterr().err)
    assert "ZeroDivisionError" in line["exception"]
