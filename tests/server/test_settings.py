from datetime import date
from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, described, read_settings, secret_in


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tongke.toml"
    path.write_text('port = 1\nhost = "h"\nmedia_port = 3\n')
    return path


def test_options_come_before_the_environment_and_that_before_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGKE_PORT", "2")
    monkeypatch.setenv("TONGKE_MEDIA_PORT", "4")
    settings = read_settings(file, port=5, media_port=None, public_address=[])
    assert (settings.port, settings.media_port, settings.host) == (5, 4, "h")


def test_without_anything_the_defaults_hold() -> None:
    assert read_settings(None).port == 8080


def test_several_addresses_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGKE_PUBLIC_ADDRESS", '["192.0.2.1", "2001:db8::1"]')
    assert read_settings(None).public_address == ("192.0.2.1", "2001:db8::1")


def test_terms_begin_where_the_command_or_the_file_says(tmp_path: Path) -> None:
    first = date(2026, 9, 1)
    assert read_settings(None, term_begins=["2026-09-01"]).term_begins == (first,)
    path = tmp_path / "terms.toml"
    path.write_text("term_begins = [2026-09-01]")
    assert read_settings(path).term_begins == (first,)


@pytest.mark.parametrize(
    ("text", "named"),
    [("prot = 1", "prot"), ("port = 70000", "port"), ("port = ", "toml"), ('port = "x"', "port")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=named):
        read_settings(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('certificate = "c.pem"', "both or none"),
        ('certificate_key = "k.pem"', "both or none"),
        ('certificate = "c"\ncertificate_key = "k"\ntrust_proxy = true', "one of the two"),
        ('turn_url = ["turn:t.example.org"]', "both or none"),
        ('turn_secret = "s"', "both or none"),
        ('turn_url = ["stun:t.example.org"]\nturn_secret = "s"', "turn_url"),
        ('turn_url = ["turn:t example.org"]\nturn_secret = "s"', "turn_url"),
    ],
)
def test_where_tls_is_done_is_said_once_and_whole(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "front.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_settings(path)


def test_what_is_wrong_of_several_options_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r"^certificate and certificate_key belong together"):
        read_settings(None, certificate=Path("c.pem"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        read_settings(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_with_its_default(name: str) -> None:
    assert described(name).endswith("]")
    assert not described(name).startswith("None")


def test_a_secret_is_read_without_the_spaces_around_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("0123456789abcdef\n")
    assert secret_in(file) == "0123456789abcdef"
    assert secret_in(None) is None


def test_a_secret_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with pytest.raises(SettingsError, match="token"):
        secret_in(file)
    for text in ("", "short", "\u540c\u8bfe" * 20):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match="token"):
            secret_in(file)
