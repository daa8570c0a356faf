import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server import cli
from server.doctor.command import unchecked
from server.store.database import HEAD
from server.store.restored import NOTE
from tests.support.data_folder import UNDER_WAY, contents, make_data

RUNNER = CliRunner()


def run(*words: str) -> str:
    result = RUNNER.invoke(cli.app, words, env={"LANG": "zh_CN.UTF-8"})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_backup_is_made_and_restored_in_words(tmp_path: Path) -> None:
    data, to, new = make_data(tmp_path / "data"), tmp_path / "to", tmp_path / "new"
    said = run("backup", "--data", str(data), "--to", str(to))
    assert "备份完成" in said
    assert "“going”还没下课" in said
    assert "恢复完成" in run("restore", "--from", str(to), "--data", str(new))
    assert contents(new)["secret.key"] == contents(data)["secret.key"]
    assert "不用升级" in run("upgrade", "--data", str(new))


def test_a_backup_is_made_and_restored_for_programs(tmp_path: Path) -> None:
    data, to, new = make_data(tmp_path / "data"), tmp_path / "to", tmp_path / "new"
    made = json.loads(run("backup", "--data", str(data), "--to", str(to), "--json"))
    assert [one["lesson"] for one in made["under_way"]] == [UNDER_WAY]
    restored = json.loads(run("restore", "--from", str(to), "--data", str(new), "--json"))
    assert restored["files"] == made["files"]
    done = json.loads(run("upgrade", "--data", str(new), "--json"))
    assert done == {"before": HEAD, "after": HEAD, "backup": None}


def test_a_restore_reads_the_folder_it_stands_in_for_or_says_which_days_to_check(
    tmp_path: Path,
) -> None:
    data, to, new = make_data(tmp_path / "data"), tmp_path / "to", tmp_path / "new"
    run("backup", "--data", str(data), "--to", str(to))
    words = ("restore", "--from", str(to), "--data")
    said = run(*words, str(new), "--instead-of", str(data))
    assert f"在 {data} 里删除过的" in said
    assert "0 个备课文件。" in said
    assert "请让各校" not in said
    alone = tmp_path / "alone"
    said = run(*words, str(alone))
    assert "请让各校重新撤回" in said
    assert str(alone / NOTE) in said
    assert [one.word for one in unchecked(alone)] == ["deletions_unknown"]
    assert not list(unchecked(new))
    told = json.loads(run(*words, str(tmp_path / "third"), "--json"))["again"]
    assert told["by"] is None
    assert told["since"] < told["until"]


def test_an_older_database_is_backed_up_beside_and_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path | None] = []

    def upgrade(data: Path, to: Path | None, *rest: object) -> dict[str, str | None]:
        asked.append(to)
        return {"before": "0001", "after": HEAD, "backup": None if to is None else str(to)}

    monkeypatch.setattr("server.actions.upgrade.upgrade", upgrade)
    data = ("--data", str(tmp_path / "data"))
    said = run("upgrade", *data)
    assert "从 0001 升级到" in said
    assert str(tmp_path / "data-backup") in said
    assert "备份" not in run("upgrade", *data, "--no-backup")
    run("upgrade", *data, "--backup-to", str(tmp_path / "nightly"))
    assert asked == [tmp_path / "data-backup", None, tmp_path / "nightly"]


def test_a_long_backup_says_how_many_bytes_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    @contextmanager
    def telling(said: Callable[[float], str]) -> Iterator[None]:
        yield
        told.append(said(3.0))

    monkeypatch.setattr("server.safekeeping.telling", telling)
    run("backup", "--data", str(make_data(tmp_path / "data")), "--to", str(tmp_path / "to"))
    assert re.fullmatch(r"正在备份：\d+\.\d kB / \d+\.\d kB，3 秒。", told[0])
