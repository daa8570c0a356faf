import json
import subprocess
import sys
from pathlib import Path

import pytest

TONGKE = str(Path(sys.executable).with_name("tongke"))


def admin(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TONGKE, "admin", *words, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_from_nothing_to_a_first_admin(tmp_path: Path) -> None:
    bureau = ("--name", "柯城区教育局", "--region", "330802", "--kind", "bureau", "--json")
    made = json.loads(admin(tmp_path, "organisation", *bureau).stdout)[0]
    who = ("--name", "李四", "--login", "li.si", "--capacity", "admin")
    account = json.loads(
        admin(tmp_path, "account", *who, "--organisation", made["id"], "--json").stdout
    )
    assert len(account["first_password"]) == 17
    again = json.loads(admin(tmp_path, "password", "li.si", "--json").stdout)
    assert again["first_password"] != account["first_password"]
    assert admin(tmp_path, "password", "nobody").returncode == 1
    assert admin(tmp_path, "block", "li.si", "--why", "离职").returncode == 0
    assert admin(tmp_path, "unblock", "li.si").returncode == 0
    assert admin(tmp_path, "unblock", "li.si").returncode == 1
