"""A hub of its own for every test, at a moment that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.hub import Hub
from gateway.settings import Settings
from tests.support.hubs import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    with Hub(Settings(tmp_path / "data"), clock=clock) as made:
        yield made
