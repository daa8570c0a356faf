from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from server.access.tokens import Claims, LinkKey, load_key
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId

SECRET = b"k" * 32
KEY = LinkKey(SECRET)
CLAIMS = Claims(lesson=LessonId("lesson"), role=Role.TEACHER, place=ParticipantId("room"), exp=1000)


def code_of(token: str, now: float = 0.0, key: LinkKey = KEY) -> Code:
    with pytest.raises(UserError) as refusal:
        key.read(token, now)
    return refusal.value.code


def test_a_link_says_what_was_signed_until_it_ends() -> None:
    token = KEY.sign(CLAIMS)
    assert KEY.read(token, 999.9) == CLAIMS
    assert code_of(token, 1000.0) is Code.LINK_EXPIRED


def test_another_key_opens_nothing() -> None:
    assert code_of(KEY.sign(CLAIMS), key=LinkKey(b"o" * 32)) is Code.LINK_INVALID


def test_a_token_without_signature_is_refused() -> None:
    head, body, _ = KEY.sign(CLAIMS).split(".")
    assert code_of(f"{head}.{body}.") is Code.LINK_INVALID


def test_another_algorithm_is_refused() -> None:
    key = OctKey.import_key(SECRET)
    body = {"lesson": "lesson", "role": "teacher", "exp": 1000}
    token = jwt.encode({"alg": "HS512"}, body, key, algorithms=["HS512"])
    assert code_of(token) is Code.LINK_INVALID


@pytest.mark.parametrize("body", [{}, {"lesson": "l", "role": "king", "exp": 9}, {"exp": "x"}])
def test_signed_nonsense_is_refused(body: dict[str, object]) -> None:
    token = jwt.encode({"alg": "HS256"}, body, OctKey.import_key(SECRET))
    assert code_of(token) is Code.LINK_INVALID


@given(st.text())
def test_any_text_is_refused_with_a_code(text: str) -> None:
    assert code_of(text) is Code.LINK_INVALID


def test_a_folder_keeps_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    token = load_key(path).sign(CLAIMS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path).read(token, 0.0) == CLAIMS


def test_a_cut_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(ValueError, match="key"):
        load_key(tmp_path / "secret.key")
