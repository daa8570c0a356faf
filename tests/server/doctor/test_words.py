import json
from dataclasses import replace

import pytest

from server.doctor.findings import Mark, finding
from server.doctor.words import chosen, invitation, json_of, said
from tests.support.patients import RUNS

LATE = finding("device", Mark.WEAK, "device_none", seconds=120)
FINE = finding("clock", Mark.GOOD, "clock_by_system")


@pytest.mark.parametrize(
    ("lang", "language"), [("zh_CN.UTF-8", "zh"), ("C.UTF-8", "zh"), ("", "zh"), ("en_GB", "en")]
)
def test_chinese_is_spoken_unless_the_terminal_reads_english(
    monkeypatch: pytest.MonkeyPatch, lang: str, language: str
) -> None:
    monkeypatch.setenv("LANG", lang)
    assert chosen() == language


def test_a_line_begins_with_its_mark() -> None:
    assert said(FINE, "zh") == "✓ 时钟：系统正在自动对时，准。"
    assert said(LATE, "en").startswith("! Rooms and phones: none sent a result within 120 s.")


def test_programs_are_told_the_same() -> None:
    read = json.loads(json_of([LATE, FINE], "zh"))
    assert not read["well"]
    assert [line["mark"] for line in read["findings"]] == ["weak", "good"]
    assert read["findings"][0]["data"] == {"seconds": 120}
    assert json.loads(json_of([FINE], "en"))["well"]


def test_a_device_is_given_links_that_it_can_open() -> None:
    lines = invitation(RUNS, "ticket", 120, "zh").splitlines()
    assert "120 秒" in lines[0]
    assert lines[1] == "https://192.0.2.7:8080/check#ticket"
    assert " http://192.0.2.7:8081/check#ticket " in lines[2]
    widths = {len(line) for line in lines[3:]}
    assert len(lines) > 15
    assert len(widths) == 1


def test_a_machine_alone_and_one_behind_a_proxy_give_what_they_have() -> None:
    alone = replace(RUNS, bases=("https://localhost:8080",), setup_port=None)
    assert invitation(alone, "t", 1, "en").splitlines()[1] == "https://localhost:8080/check#t"
    proxied = replace(alone, bases=("https://school.example",))
    lines = invitation(proxied, "t", 1, "en").splitlines()
    assert lines[1] == "https://school.example/check#t"
    assert not lines[2].isascii()
