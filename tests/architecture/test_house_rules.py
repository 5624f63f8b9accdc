"""The rules of the house that a machine can check: length, docstrings, no path of a machine, a true lock and README."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "projections", "adapters", "schemas", "gateway")
OUR_FOLDERS = (*PACKAGES, "tests", "infra", "docs", ".ci")
TEXT = frozenset(
    {".avsc", ".cfg", ".csv", ".json", ".lock", ".md", ".py", ".sh", ".toml", ".txt", ".xml", ".yaml", ".yml"}
)

LONGEST = 400
# Files that are longer than that, each with the reason why it is one noun all the same.
ARGUED: dict[str, str] = {}

# A path below somebody's home or a place for temporary work: true on one machine only.
MACHINE_PATH = re.compile(r"(?<![\w.\-~/])/(?:home|root|Users|work|tmp|private)/[\w.]|\b[A-Z]:\\Users\\")
# What would tie the lock to one index, one host or one disk.
NOT_IN_A_LOCK = re.compile(r"://|index-url|find-links|trusted-host|@\s*file|(?:^|\s)(?:-e|-r|-f|-i)\s", re.MULTILINE)


def texts() -> Iterator[tuple[str, str]]:
    """(path relative to the root, text) of every text file of the project; what tools leave behind is not ours."""
    at_the_top = [file for file in ROOT.iterdir() if file.is_file() and file.name != ".git"]  # a file in a worktree
    below = [file for folder in OUR_FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    for file in sorted(at_the_top + below):
        if "__pycache__" not in file.parts and (file.suffix in TEXT or not file.suffix):
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def too_long(path: str, text: str) -> list[str]:
    """A Python file longer than LONGEST lines and not argued for."""
    lines = text.count("\n")
    return [f"{path}: {lines} lines"] if path.endswith(".py") and lines > LONGEST and path not in ARGUED else []


def machine_paths(path: str, text: str) -> list[str]:
    """Absolute paths of one machine."""
    lines = enumerate(text.splitlines(), start=1)
    return [f"{path}:{number}: {found.group()}" for number, line in lines for found in MACHINE_PATH.finditer(line)]


def undocumented(path: str, text: str) -> list[str]:
    """The module, and each public class and function at its top level, that says nothing about itself."""
    tree = ast.parse(text)
    if not tree.body:
        return []
    nothing = [f"{path}: the module"] if ast.get_docstring(tree) is None else []
    return nothing + [
        f"{path}:{node.lineno}: {node.name}"
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]


def pins(lock: str) -> dict[str, str]:
    """Name to exact version of every package in the lock; ValueError on a line without version or without hash."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=[A-Za-z])", "\n" + re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE)):
        if not entry.strip():
            continue
        head = re.match(r"([A-Za-z0-9._-]+)==(\S+)(?:\s*;[^\\\n]*)?\s*\\\n\s+--hash=sha256:[0-9a-f]{64}", entry.strip())
        if head is None:
            raise ValueError(f"not pinned with a hash: {entry.strip().splitlines()[0]}")
        found[canonicalize_name(head[1])] = head[2]
    return found


def missing_names(readme: str, targets: set[str]) -> list[str]:
    """Paths, links and make targets that the README names and the project does not have."""
    quoted = re.findall(r"`([^`\n]+)`", readme)
    paths = [name for name in quoted if name.split("/", 1)[0] in OUR_FOLDERS and "/" in name]
    paths += [name for name in quoted if re.fullmatch(r"[\w-]+\.(?:md|toml|lock)", name)]
    paths += [link for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", readme) if not re.match(r"[a-z]+:", link)]
    gone = [name for name in paths if re.fullmatch(r"[\w./*-]+", name) and not any(ROOT.glob(name.rstrip("/")))]
    makes = re.findall(r"(?:^|`|\s&&\s)make ([a-z]+)", readme, flags=re.MULTILINE)
    return gone + [f"make {name}" for name in makes if name not in targets]


def read(path: str) -> str:
    """The text of one file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


# --- the rules, on the project as it is


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    assert [found for path, text in texts() for found in too_long(path, text)] == []


def test_every_argued_file_is_still_there_and_still_long() -> None:
    assert [path for path in ARGUED if not (ROOT / path).is_file() or read(path).count("\n") <= LONGEST] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert [found for path, text in texts() for found in machine_paths(path, text)] == []


@pytest.mark.parametrize("package", ["domain", "projections", "adapters", "gateway"])
def test_everything_public_says_what_it_is(package: str) -> None:
    ours = [(path, text) for path, text in texts() if path.startswith(f"{package}/") and path.endswith(".py")]

    assert ours, f"{package}/ holds no Python file"
    assert [found for path, text in ours for found in undocumented(path, text)] == []


def test_the_lock_names_no_index_no_host_and_no_disk() -> None:
    assert NOT_IN_A_LOCK.findall(read("requirements.lock")) == []


def test_the_lock_holds_what_runs_and_what_tests_in_the_range_that_pyproject_gives() -> None:
    locked = pins(read("requirements.lock"))
    pyproject = tomllib.loads(read("pyproject.toml"))
    groups = [pyproject["project"]["dependencies"], pyproject["project"]["optional-dependencies"]["dev"]]
    wanted = [Requirement(line) for group in [*groups, pyproject["build-system"]["requires"]] for line in group]

    assert [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ] == [], "run `make lock`"


@pytest.mark.parametrize("extra", ["http"])
def test_the_lock_installs_nothing_of_an_extra_that_no_code_uses_yet(extra: str) -> None:
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"][extra]

    assert {canonicalize_name(Requirement(line).name) for line in wanted} & pins(
        read("requirements.lock")
    ).keys() == set()


def test_what_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))

    assert missing_names(read("README.md"), targets) == []


# --- the rules, on planted violations


def test_a_long_file_is_caught() -> None:
    assert too_long("domain/planted.py", "\n" * (LONGEST + 1)) == [f"domain/planted.py: {LONGEST + 1} lines"]
    assert too_long("domain/planted.py", "\n" * LONGEST) == []


@pytest.mark.parametrize("folder", ["home", "root", "Users", "work", "tmp"])
def test_a_machine_path_is_caught(folder: str) -> None:
    assert machine_paths("docs/planted.md", f"see\n(/{folder}/someone/notes)") == [f"docs/planted.md:2: /{folder}/s"]


def test_a_route_is_no_machine_path() -> None:
    text = "GET https://hub.example/{}/items and tests/{}/x and /feeds/{}".format("work", "tmp", "home")
    assert machine_paths("docs/planted.md", text) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1", "the module"),
        ('"""M."""\nclass Told: ...', "Told"),
        ('"""M."""\ndef tell(): ...', "tell"),
        ('"""M."""\nasync def tell(): ...', "tell"),
    ],
)
def test_a_missing_docstring_is_caught(source: str, found: str) -> None:
    [breach] = undocumented("domain/planted.py", source)

    assert breach.endswith(found)


def test_a_private_name_needs_no_docstring() -> None:
    assert undocumented("domain/planted.py", '"""M."""\ndef _tell(): ...') == []


@pytest.mark.parametrize(
    "line",
    ["--index-url https://index.example/simple", "--find-links wheels", "a @ file:a.whl", "-e .", "--trusted-host b"],
)
def test_an_address_in_the_lock_is_caught(line: str) -> None:
    assert NOT_IN_A_LOCK.search(f"typer==1.0 \\\n    --hash=sha256:00\n{line}\n")


@pytest.mark.parametrize("line", ["typer>=1.0", "typer==1.0", "typer"])
def test_a_line_of_the_lock_without_version_or_hash_is_caught(line: str) -> None:
    good = "rich==15.0.0 \\\n    --hash=sha256:" + "0" * 64
    assert pins(f"# made by hand\n{good}\n    # via typer\n") == {"rich": "15.0.0"}

    with pytest.raises(ValueError, match="not pinned with a hash: typer"):
        pins(f"{good}\n    # via typer\n{line}\n")


@pytest.mark.parametrize(
    "readme",
    [
        "`domain/nowhere.py`",
        "`docs/nowhere/`",
        "`NOWHERE.md`",
        "[a](docs/nowhere.md)",
        "```\nmake nothing\n```",
        "`make no`",
    ],
)
def test_a_name_in_the_readme_that_does_not_exist_is_caught(readme: str) -> None:
    assert len(missing_names(readme, targets={"demo"})) == 1


def test_names_in_the_readme_that_exist_are_let_through() -> None:
    readme = (
        "`domain/`, `tests/architecture/*.py`, `E06000047/virtual-school`, [law](https://example.org/x)\n\nmake demo\n"
    )

    assert missing_names(readme, targets={"demo"}) == []
