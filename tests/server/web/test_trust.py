import plistlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from server.access.certificates import own_certificate
from server.web import trust

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ORIGINS = ("https://192.0.2.7:8080", "https://localhost:8080")


@pytest.fixture
def authority(tmp_path: Path) -> str:
    return own_certificate(tmp_path, ["localhost"], NOW).authority.read_text()


def test_every_form_is_the_same_certificate(authority: str) -> None:
    held = x509.load_pem_x509_certificate(authority.encode())
    assert x509.load_der_x509_certificate(trust.der(authority)) == held
    [payload] = plistlib.loads(trust.mobileconfig(authority))["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert x509.load_der_x509_certificate(payload["PayloadContent"]) == held


def test_the_fingerprint_is_what_devices_show(authority: str) -> None:
    held = x509.load_pem_x509_certificate(authority.encode())
    shown = trust.fingerprint(authority)
    assert bytes.fromhex(shown.replace(":", "")) == held.fingerprint(hashes.SHA256())
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", shown)


def test_a_profile_is_the_same_each_time_and_another_for_another_authority(
    authority: str, tmp_path: Path
) -> None:
    other = own_certificate(tmp_path / "other", ["localhost"], NOW).authority.read_text()
    assert trust.mobileconfig(authority) == trust.mobileconfig(authority)
    [first], [second] = (
        plistlib.loads(trust.mobileconfig(one))["PayloadContent"] for one in (authority, other)
    )
    assert first["PayloadUUID"] != second["PayloadUUID"]


def test_the_policy_allows_camera_microphone_and_sound_in_both_browsers() -> None:
    text = trust.windows_policy(ORIGINS).decode("utf-16")
    head, *keys = re.split(r"(?m)^\[", text.replace("\r\n", "\n"))
    assert head.strip() == "Windows Registry Editor Version 5.00"
    found = {key.partition("]")[0]: key.partition("]")[2].split() for key in keys}
    root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies"
    assert set(found) == {
        f"{root}\\{browser}\\{policy}"
        for browser in ("Google\\Chrome", "Microsoft\\Edge")
        for policy in ("VideoCaptureAllowedUrls", "AudioCaptureAllowedUrls", "AutoplayAllowlist")
    }
    for entries in found.values():
        assert entries == [f'"7701"="{ORIGINS[0]}"', f'"7702"="{ORIGINS[1]}"']


def test_the_policy_is_a_file_that_regedit_reads() -> None:
    raw = trust.windows_policy(ORIGINS)
    assert raw.startswith(b"\xff\xfe")
    text = raw.decode("utf-16")
    assert text.count("\n") == text.count("\r\n") > 10


def test_a_panel_is_started_with_our_page_alone() -> None:
    text = trust.windows_kiosk(ORIGINS[0]).decode()
    assert f'--kiosk "{ORIGINS[0]}/"' in text
    assert text.endswith("\r\n")
