import pytest

from signaling.errors import Code, PeerError
from signaling.fragment import Credentials, credentials, fragment, restarted
from signaling.negotiation import agree_up, answer
from signaling.offer import read_offer
from tests.support.offers import TRANSPORT, UP, offer

NEW = Credentials("other", "q" * 24)


@pytest.mark.parametrize("name", UP)
def test_another_ice_session_changes_the_credentials_alone(name: str) -> None:
    before = read_offer(offer(name))
    after = read_offer(restarted(offer(name), NEW))
    assert {media.ice for media in after if media.direction != "stopped"} == {tuple(NEW)}
    assert [(m.mid, m.payloads, m.fingerprints) for m in after] == [
        (m.mid, m.payloads, m.fingerprints) for m in before
    ]
    assert credentials(restarted(offer(name), NEW)) == NEW


def test_our_fragment_has_our_credentials_and_candidates() -> None:
    lines = fragment(answer(agree_up(offer("chromium_up"), {}), TRANSPORT, 1)).splitlines()
    assert lines[0] == "a=ice-lite"
    assert lines[1].startswith("m=")
    assert f"a=ice-ufrag:{TRANSPORT.ufrag}" in lines
    assert [line.split()[4] for line in lines if line.startswith("a=candidate")] == [
        "192.0.2.1",
        "2001:db8::1",
    ]
    assert lines[-1] == "a=end-of-candidates"
    assert len([line for line in lines if line.startswith("m=")]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a=ice-ufrag:abcd\r\n",
        "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n",
        f"a=ice-ufrag:a\r\na=ice-pwd:{'p' * 24}\r\n",
        f"a=ice-ufrag:ab cd\r\na=ice-pwd:{'p' * 24}\r\n",
    ],
)
def test_what_names_no_ice_session_is_refused(text: str) -> None:
    with pytest.raises(PeerError) as refused:
        credentials(text)
    assert refused.value.code is Code.BAD_SDP
