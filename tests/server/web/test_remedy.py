import pytest

from server.web.remedy import Remedy, host_of


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("192.0.2.7:8080", "192.0.2.7"),
        ("school.example", "school.example"),
        ("[2001:db8::7]:8080", "[2001:db8::7]"),
        ("[2001:db8::7]", "[2001:db8::7]"),
        ("", None),
        ('a"&calc&":80', None),
        ("a b", None),
        ("a\r\nb", None),
        ("a:80:80", None),
    ],
)
def test_only_a_host_is_taken_from_a_header(header: str, host: str | None) -> None:
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("remedy", "there"),
    [
        (Remedy(setup_port=8081), "http://192.0.2.7:8081/setup"),
        (Remedy(base_url="https://school.example:8443"), "https://school.example:8443"),
        (Remedy(base_url="http://school.example"), None),
        (Remedy(), None),
    ],
)
def test_it_leads_to_where_there_is_a_camera(remedy: Remedy, there: str | None) -> None:
    assert remedy.at("192.0.2.7:8080") == there


def test_a_lie_leads_nowhere() -> None:
    assert Remedy(setup_port=8081).at("<script>") is None
