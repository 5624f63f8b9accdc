"""A hub in which the demonstration has been played, once for all tests here, and the command line to run on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.cli import run
from gateway.demo import play
from gateway.settings import BOOTSTRAP, DATABASE, KEYS, Settings


@dataclass(frozen=True)
class Ran:
    """What a command answered: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a played demonstration, closed again. Never written to: take `hub_folder` for that."""
    folder = tmp_path_factory.mktemp("played") / "hub"
    with play(Settings(folder)):
        pass
    return folder


@pytest.fixture
def hub_folder(played: Path, tmp_path: Path) -> Path:
    """A copy of the played hub that a test may change."""
    return Path(shutil.copytree(played, tmp_path / "hub"))


@pytest.fixture
def throughline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs one command in this process, as on a terminal of 100 columns and with no services, whatever the tests are run on."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in (DATABASE, KEYS, BOOTSTRAP):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object) -> Ran:
        code = run([str(a) for a in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command
