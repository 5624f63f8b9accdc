"""The README's worked example, run as it is printed: every line of it works, and every desk it shows has something to show."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = "E06000005/host-authority"


def blocks() -> list[str]:
    """The fenced blocks of the worked example."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```\n(.*?)^```$", readme.split("## A worked example")[1].split("\n## ")[0], re.M | re.S)


def commands() -> list[str]:
    """The lines of the block that is typed by hand, without their comments."""
    [block] = [b for b in blocks() if b.startswith("throughline ")]
    return [line.partition("#")[0].strip() for line in block.splitlines()]


def sh(command: str, folder: Path) -> str:
    """What a line prints, typed into a shell in this folder. The shell's `throughline` is this project's."""
    program = folder / "bin" / "throughline"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway.cli "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    ran = subprocess.run(["sh", "-c", command], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, f"{command}: {ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every command of the block printed, in order, in one new folder."""
    folder = tmp_path_factory.mktemp("readme")
    said: dict[str, str] = {}
    for command in commands():
        typed = command
        if "ITEM" in command:
            feed = sh(f"throughline feed {DESK} --json", folder).splitlines()
            typed = command.replace("ITEM", next(m["item"] for line in feed if "item" in (m := json.loads(line))))
        said[command] = sh(typed, folder)
    return said


def test_every_line_prints_something(shown: dict[str, str]) -> None:
    assert len(shown) >= 9
    assert [command for command, out in shown.items() if not out.strip()] == []


def test_nothing_of_the_return_is_quarantined_and_no_report_refused(shown: dict[str, str]) -> None:
    said = "".join(out for command, out in shown.items() if "import" in command or "record" in command)

    assert " 0 quarantined" in said
    assert "refused" not in said


def test_next_years_return_brings_what_is_new_alone(shown: dict[str, str]) -> None:
    first, second = (out for command, out in shown.items() if "import" in command)

    assert re.search(r"^\d+ rows: [1-9]\d* recorded, ", first)
    assert re.search(r"^\d+ rows: [1-9]\d* recorded, [1-9]\d* unchanged, ", second)


def test_the_desk_shown_was_told_of_children_and_its_view_and_explanation_say_so(shown: dict[str, str]) -> None:
    feed, view, explanation = (
        shown[next(c for c in shown if c.startswith(f"throughline {name} ") and DESK in c)]
        for name in ("feed", "view", "explain")
    )

    assert "opened    host authority: placed in your area" in feed
    assert "NOTICE    placement made" in feed
    assert re.search(r"children \([1-9]", view)
    assert "Told" in explanation
    assert "CPR 2010 reg 13(4)" in explanation


def test_what_the_readme_shows_of_the_demonstration_is_in_it(tmp_path: Path) -> None:
    [printed] = [b for b in blocks() if not b.startswith("throughline ")]
    told = " ".join(sh("throughline demo --data hub", tmp_path).split())

    parts = printed.split("  …\n")
    assert len(parts) > 1
    for part in parts:
        assert " ".join(part.split()) in told


def test_the_maps_fit_a_screen() -> None:
    """A newcomer sees where everything is without scrolling."""
    [maps] = re.findall(
        r"^## Where things are\n(.*?)\n\n(?![|])", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(maps.splitlines()) <= 24
