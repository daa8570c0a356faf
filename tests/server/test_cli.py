import inspect
import json
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server import cli
from server.programme.refusal import RefusedError
from server.settings import Settings
from server.web.addresses import Served, keep

RUNNER = CliRunner()


def run(*words: str) -> str:
    result = RUNNER.invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_setting_is_an_option_of_serve() -> None:
    assert set(Settings.model_fields) <= set(inspect.signature(cli.serve).parameters)


def test_it_says_its_version() -> None:
    assert run("--version").strip() == version("tongke")


@pytest.mark.parametrize(
    "command",
    [
        *("serve", "room", "demo", "bench", "lesson", "admin", "classes", "roster"),
        *("backup", "restore", "upgrade"),
    ],
)
def test_the_help_names_every_command(command: str) -> None:
    assert command in run("--help")


def test_a_lesson_is_planned_listed_and_asked_to_end(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    made = json.loads(
        run(
            *("lesson", "create", *data, "--json", "--title", "数学", "--host-room", "甲"),
            *("--room", "乙", "--room", "丙", "--port", "99"),
        )
    )
    assert [room["name"] for room in made["rooms"]] == ["甲", "乙", "丙"]
    assert made["links"]["pupil"].startswith("https://localhost:99/lesson#")
    assert set(made["rooms"][0]["links"]) == {"teacher", "room"}
    assert set(made["links"]) == {"pupil", "viewer", "inspector"}
    listed = json.loads(run("lesson", "list", *data, "--json"))
    assert [(one["lesson"], one["state"]) for one in listed] == [(made["lesson"], "planned")]
    assert made["lesson"] in run("lesson", "list", *data)
    link = run("lesson", "link", made["lesson"], "--role", "room", "--room", "乙", *data)
    assert link.startswith("https://localhost:8080/")
    run("lesson", "end", made["lesson"], *data)
    presence = json.loads(run("lesson", "presence", made["lesson"], *data, "--json"))
    assert (presence["intervals"], presence["ended"]) == ([], False)


def test_links_lead_to_the_server_as_it_runs(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path), "--title", "数学", "--host-room", "甲", "--json")
    keep(tmp_path, Served(scheme="http", port=8123))
    made = json.loads(run("lesson", "create", *data))
    assert {base.rpartition(":")[2] for base in made["bases"]} == {"8123"}
    assert made["links"]["viewer"].startswith("http://localhost:8123/lesson#")


@pytest.mark.parametrize("proxy", [True, False])
def test_links_to_a_server_that_never_ran_follow_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: bool
) -> None:
    monkeypatch.setenv("TONGKE_TRUST_PROXY", str(proxy))
    words = ("--data", str(tmp_path), "--title", "数学", "--host-room", "甲", "--json")
    link = json.loads(run("lesson", "create", *words))["links"]["viewer"]
    assert link.startswith(f"{'http' if proxy else 'https'}://localhost:8080/lesson#")


def test_a_roll_is_declared_in_the_schools_name(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    lesson = json.loads(
        run("lesson", "create", *data, "--json", "--title", "数学", "--host-room", "甲")
    )["lesson"]
    rolls = json.loads(run("lesson", "attendance", lesson, *data, "--json"))
    assert [(one["name"], one["state"]) for one in rolls] == [("甲", "not_yet")]
    numbers = ("--room", "甲", "--expected", "30", "--present", "29")
    result = RUNNER.invoke(cli.app, ("lesson", "roll", lesson, *numbers, *data))
    assert isinstance(result.exception, RefusedError)
    assert run("lesson", "attendance", lesson, *data).strip() == "甲  not_yet"


def test_schools_and_those_who_sign_in_are_added(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    school = ("--name", "尼山小学", "--region", "330802")
    [made] = json.loads(run("admin", "organisation", *school, *data, "--json"))
    assert json.loads(run("admin", "organisations", *data, "--json")) == [made]
    assert "尼山小学" in run("admin", "organisations", *data)
    person = ("--name", "李四", "--login", "li.si", "--capacity", "teacher")
    account = run("admin", "account", *person, "--organisation", made["id"], *data)
    *words, password = account.strip().split("  ")
    assert words[1:] == ["li.si", "李四", "teacher · 尼山小学"]
    assert len(password) == 17


def test_without_json_people_can_read_it(tmp_path: Path) -> None:
    words = run("lesson", "create", "--data", str(tmp_path), "--title", "数学", "--host-room", "甲")
    assert words.startswith("数学")
    assert "teacher" in words


@pytest.mark.parametrize(
    "words",
    [
        ("lesson", "presence", "nothing"),
        ("lesson", "end", "nothing"),
        ("lesson", "link", "nothing", "--role", "viewer"),
        ("lesson", "create", "--title", "", "--host-room", "甲"),
        ("lesson", "list", "--config", "nowhere.toml"),
        ("backup", "--to", "nowhere"),
        ("upgrade",),
    ],
)
def test_a_refusal_is_one_sentence(
    tmp_path: Path,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["tongke", *words])
    monkeypatch.setenv("TONGKE_DATA", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("tongke: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(("language", "word"), [("zh_CN.UTF-8", "课"), ("C", "lesson")])
def test_a_refusal_is_in_the_terminals_language(
    tmp_path: Path,
    language: str,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["tongke", "lesson", "presence", "nothing"])
    monkeypatch.setenv("TONGKE_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", language)
    with pytest.raises(SystemExit):
        cli.main()
    assert word in capsys.readouterr().err


def test_a_bench_is_said_to_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    result = RUNNER.invoke(cli.app, ["bench", "media"])
    assert result.exit_code == 1
    assert "checkout" in result.output
