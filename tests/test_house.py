"""The house's rules that no linter knows: names, mirrors, empty files, what must not be written."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from server.web.routes import LESSON, OFFICE

ROOT = Path(__file__).parents[1]
PACKAGES = ("server", "signaling", "recorder", "client")

# Modules without a test file of their own name, each with what tests it instead.
TESTED_ELSEWHERE = {
    "server/data_command.py": "run by the commands in test_admin.py",
    "server/live/keeping.py": "asked, moved and finished in test_owner.py and test_owner_moving.py",
    "server/programme/classroom.py": "declarations alone; read and written by its store's tests",
    "server/store/certificates.py": "read in test_delete_tracks.py and actions' test_retention.py",
    "server/store/consent_tables.py": "compared with the migrations in test_tables.py",
    "server/store/preparation_tables.py": "compared with the migrations in test_tables.py",
    "server/store/retention_tables.py": "compared with the migrations in test_tables.py",
    "server/store/access_tables.py": "compared with the migrations in test_tables.py",
    "server/store/pupil_tables.py": "compared with the migrations in test_tables.py",
    "server/store/logins.py": "signed in, touched and ended in test_doorkeeper.py",
    "recorder/requests.py": "declarations alone; sent and answered in test_process.py",
    "server/media/table.py": "declarations alone; filled in test_subscription.py",
    "server/media/requests.py": "declarations alone; sent and answered in test_worker.py",
    "server/store/review_tables.py": "compared with the migrations in test_tables.py",
    "server/store/migrations/env.py": "run by every test that opens a database",
    "server/web/room_area.py": "puts parts together that test_room.py and test_assistant.py ask",
    "signaling/agreement.py": "declarations alone; made in test_negotiation.py",
    "signaling/seats.py": "declarations alone; filled in test_state.py",
    "signaling/ids.py": "names of types alone",
}

# Lists of declarations that stand in one place on purpose; nothing else may pass 400 lines.
LONG_BY_DESIGN = {"signaling/events.py", "signaling/messages.py"}

FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home/\w+|tmp/\w*bash)/"),
    "the host of a package registry": re.compile(
        r"(registry\.npm" r"js\.org|pypi\." r"org|files\.python" r"hosted\.org)"
    ),
    "something put off": re.compile(r"\b(TO" r"DO|FIX" r"ME)\b"),
}


def tracked_files() -> list[Path]:
    """Every text file of the repository, those not yet committed among them."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in sorted(set(listing.stdout.split("\0"))) if name]


def texts() -> Iterator[tuple[Path, str]]:
    """Path and text of each file that is text."""
    for path in tracked_files():
        if not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            yield path.relative_to(ROOT), data.decode(errors="replace")


def modules() -> list[Path]:
    """Every Python module of the packages, from the root; never an `__init__.py`."""
    return [
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__init__.py" and "node_modules" not in path.parts
    ]


def is_mirrored(module: Path) -> bool:
    """Whether `test_<module>.py` or `test_<module>_<aspect>.py` stands where it should."""
    folder = ROOT / "tests" / module.parent
    aspects = folder.glob(f"test_{module.stem}_*.py")
    return (folder / f"test_{module.name}").exists() or any(aspects)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = FORBIDDEN[what]
    found = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found


def test_the_lock_file_names_no_download_address() -> None:
    lock = json.loads((ROOT / "client/package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_constraints_pin_every_package_exactly() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    loose = [line for line in lines if not re.fullmatch(r"#.*|[a-z0-9-]+==[0-9][0-9a-z.]*", line)]
    assert not loose


def test_every_module_has_its_test_file() -> None:
    missing = [
        str(module)
        for module in modules()
        if str(module) not in TESTED_ELSEWHERE and not is_mirrored(module)
    ]
    assert not missing


def test_no_test_file_is_excused_for_nothing() -> None:
    idle = [
        name for name in TESTED_ELSEWHERE if not (ROOT / name).exists() or is_mirrored(Path(name))
    ]
    assert not idle


def test_every_test_file_mirrors_a_module() -> None:
    astray = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / "tests" / package).rglob("test_*.py")
        if not mirrors_a_module(path.relative_to(ROOT))
    ]
    assert not astray


def mirrors_a_module(test: Path) -> bool:
    """Whether `test_<module>.py` or `test_<module>_<aspect>.py` has its module."""
    words = test.stem.split("_")[1:]
    folder = ROOT / test.parent.relative_to("tests")
    names = ("_".join(words[:end]) for end in range(len(words), 0, -1))
    return any((folder / f"{name}.py").exists() for name in names)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_name_is_ours_alone(package: str) -> None:
    # An editable install lists no packages; another distribution's would be listed all the same.
    assert set(packages_distributions().get(package, ["tongke"])) == {"tongke"}


def test_every_init_is_empty_and_tests_have_none() -> None:
    inits = [path for path in tracked_files() if path.name == "__init__.py" and path.exists()]
    assert not [str(path) for path in inits if path.stat().st_size]
    assert not [str(path) for path in inits if path.is_relative_to(ROOT / "tests")]


def test_no_module_is_longer_than_400_lines() -> None:
    long = [
        f"{path}: {text.count(chr(10))}"
        for path, text in texts()
        if path.suffix == ".py" and text.count("\n") > 400 and str(path) not in LONG_BY_DESIGN
    ]
    assert not long


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    named = [str(path) for path in tracked_files() if vague & {path.stem, *path.parent.parts}]
    assert not named


def test_every_field_of_a_dataclass_has_its_sentence() -> None:
    bare = [
        f"{module}:{field.lineno} {ast.unparse(field.target)}"
        for module in modules()
        for field in fields_without_sentence(ast.parse((ROOT / module).read_text()))
    ]
    assert not bare


def fields_without_sentence(tree: ast.Module) -> Iterator[ast.AnnAssign]:
    """Public fields of public dataclasses with no docstring in the line after them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and is_public_dataclass(node):
            following = [*node.body[1:], None]
            for field, after in zip(node.body, following, strict=True):
                if isinstance(field, ast.AnnAssign) and is_public(field) and not is_sentence(after):
                    yield field


def is_public_dataclass(node: ast.ClassDef) -> bool:
    """Whether one of the decorators is a dataclass and the name has no underscore."""
    return not node.name.startswith("_") and any(
        "dataclass" in ast.unparse(decorator) for decorator in node.decorator_list
    )


def is_public(field: ast.AnnAssign) -> bool:
    """Whether it is a field that others read; `type` tags and class constants are not."""
    name = ast.unparse(field.target)
    constant = ast.unparse(field.annotation).startswith("ClassVar")
    return not constant and not name.startswith("_") and name != "type"


def is_sentence(node: ast.stmt | None) -> bool:
    """Whether a statement is a docstring."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@pytest.mark.parametrize(
    "folder", ["signaling/locale", "client/browser/locale", "server/documents/locale"]
)
def test_both_languages_have_the_same_keys(folder: str) -> None:
    zh, en = (
        keys(json.loads((ROOT / folder / f"{language}.json").read_text()))
        for language in ("zh", "en")
    )
    assert zh == en


def keys(value: object, path: str = "") -> set[str]:
    """The dotted paths of every sentence."""
    if not isinstance(value, dict):
        return {path}
    return {found for name, inner in value.items() for found in keys(inner, f"{path}.{name}")}


def test_the_server_and_the_browser_know_the_same_pages() -> None:
    menu = (ROOT / "client/browser/pages/office/pages.ts").read_text()
    office = set(re.findall(r'^    path: "([^"]+)"', menu, re.MULTILINE))
    assert office | {"/account"} == set(OFFICE)
    main = (ROOT / "client/browser/main.ts").read_text()
    lesson = set(re.findall(r'^  \["([^"]+)"', main, re.MULTILINE))
    assert lesson | {"/lesson"} == set(LESSON)
