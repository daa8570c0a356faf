from pathlib import Path

import pytest

from server.relay import RelayError, lender, read_relay

URLS = ("turn:turn.example.org",)


def test_the_secret_is_what_the_file_holds_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "turn.secret"
    secret.write_text("north\n")
    assert read_relay(URLS, secret).secret == b"north"


def test_each_device_has_credentials_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "turn.secret"
    secret.write_text("north")
    lend = lender(read_relay(URLS, secret))
    assert len({server.username for _ in range(3) for server in lend()}) == 3


def test_nobody_is_lent_a_relay_where_there_is_none() -> None:
    assert lender(read_relay((), None))() == ()


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_secret_that_is_none_is_named(tmp_path: Path, text: str | None) -> None:
    secret = tmp_path / "turn.secret"
    if text is not None:
        secret.write_text(text)
    with pytest.raises(RelayError, match=r"turn_secret.*turn\.secret"):
        read_relay(URLS, secret)
