"""The files by which devices come to trust an own certificate authority, one form per platform."""

import hashlib
import plistlib
import ssl
import uuid
from collections.abc import Iterable

POLICIES = ("VideoCaptureAllowedUrls", "AudioCaptureAllowedUrls", "AutoplayAllowlist")
"""Chrome's and Edge's policies: camera, microphone, and sound without a touch."""
BROWSERS = (r"Google\Chrome", r"Microsoft\Edge")
FIRST_ENTRY = 7701
"""Entries of a policy are numbered; a school's own ones begin at 1 and stay as they are."""
PROFILE = "cn.tongke.authority"


def der(authority: str) -> bytes:
    """The authority's certificate as Windows, Android and iPhones read it."""
    return ssl.PEM_cert_to_DER_cert(authority)


def fingerprint(authority: str) -> str:
    """SHA-256 of the authority's certificate, as every platform shows it to compare."""
    digest = hashlib.sha256(der(authority)).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def mobileconfig(authority: str) -> bytes:
    """A configuration profile for iPhone and iPad (Apple: Configuration Profile Reference).

    Its identifiers follow from the certificate, so that a second download replaces the first.
    """
    name = f"Tongke {fingerprint(authority)[:11]}"
    mark = uuid.uuid5(uuid.NAMESPACE_OID, fingerprint(authority))
    certificate = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{PROFILE}.{mark}",
        "PayloadUUID": str(mark).upper(),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "tongke-ca.crt",
        "PayloadContent": der(authority),
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": PROFILE,
        "PayloadUUID": str(uuid.uuid5(mark, PROFILE)).upper(),
        "PayloadDisplayName": name,
        "PayloadContent": [certificate],
    }
    return plistlib.dumps(profile)


def windows_policy(origins: Iterable[str]) -> bytes:
    """A registry file: our pages get camera, microphone and sound without asking anybody.

    UTF-16 with a byte order mark and CRLF, as regedit writes them.
    """
    entries = [f'"{FIRST_ENTRY + n}"="{origin}"' for n, origin in enumerate(origins)]
    keys = [
        rf"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\{browser}\{policy}]"
        for browser in BROWSERS
        for policy in POLICIES
    ]
    lines = ["Windows Registry Editor Version 5.00", ""]
    for key in keys:
        lines += [key, *entries, ""]
    return ("\ufeff" + "\r\n".join(lines)).encode("utf-16-le")


def windows_kiosk(origin: str) -> bytes:
    """A command file for a panel's start-up folder: our page alone, over the whole screen."""
    options = "--edge-kiosk-type=fullscreen --no-first-run"
    return f'@echo off\r\nstart "" msedge.exe --kiosk "{origin}/" {options}\r\n'.encode("ascii")
