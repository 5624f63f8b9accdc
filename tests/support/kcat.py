"""Debian's kcat, a client of another family than ours (C, librdkafka): what it reads, and what it says where it is refused.

librdkafka before 2.6.1 repeats its own nonce in SCRAM, which no Apache Kafka 4 takes (confluentinc/librdkafka#4895), and Debian
12's is older: there, kcat runs on the librdkafka that confluent-kafka brings.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.services import NOT_EXERCISED

SOUND = (2, 6, 1)  # the first librdkafka whose SCRAM Kafka 4 takes
PATIENCE = 60  # s for one run


@dataclass(frozen=True)
class Read:
    """One record as kcat shows it. body None: a null."""

    number: int
    key: str
    body: bytes | None


def read(credentials: Path, topic: str) -> list[Read]:
    """Every record of a topic, in its order. Raises Refused."""
    done = subprocess.run(
        [_program(), "-F", credentials, "-C", "-t", topic, "-o", "beginning", "-e", "-f", "%S %k %h\n%s"],
        capture_output=True,
        env=_environment(),
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise Refused(done.stderr.decode())
    found, rest = [], done.stdout
    while rest:
        head, _, rest = rest.partition(b"\n")
        size, key, headers = head.decode().split(" ", 2)
        length = max(int(size), 0)
        sequence = re.search(r"ce_sequence=(\d+)", headers)
        assert sequence is not None
        found.append(Read(int(sequence[1]), key, rest[:length] if int(size) >= 0 else None))
        rest = rest[length:]
    return found


class Refused(Exception):
    """kcat ended with an error; its words."""


def _program() -> str:
    found = shutil.which("kcat")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("kcat is to be tested where CI is set; it is not installed", pytrace=False)
        pytest.skip(f"{NOT_EXERCISED}kcat (it is not installed; on Debian and Ubuntu: apt-get install kcat)")
    return found


@cache
def _environment() -> dict[str, str]:
    said = subprocess.run([_program(), "-V"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    version = re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", said)
    assert version is not None
    if tuple(map(int, version.groups())) >= SOUND:
        return dict(os.environ)
    bringer = importlib.util.find_spec("confluent_kafka")
    assert bringer is not None
    assert bringer.origin is not None
    [library] = (Path(bringer.origin).parents[1] / "confluent_kafka.libs").glob("librdkafka*.so*")
    return {**os.environ, "LD_PRELOAD": str(library)}
