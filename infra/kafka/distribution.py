"""Apache Kafka's own jars, as pom.xml names them, fetched by Maven once."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
POM = HERE / "pom.xml"
LOGGING = HERE / "log4j2.properties"
BUILD = HERE.parents[1] / "build" / "kafka"
PATIENCE = 600  # seconds for Maven, some 45 MB


class NoKafka(RuntimeError):
    """Kafka's jars cannot be had; the message says what is missing, or ends with Maven's last lines."""


def version() -> str:
    """The version of Apache Kafka that pom.xml names."""
    found = re.search(r"<kafka\.version>(.+?)</kafka\.version>", POM.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def missing_programs() -> list[str]:
    """Which programs are not on the PATH that a broker needs here: `java`, and `mvn` until the jars have been fetched."""
    needed = ["java"] if _current(BUILD / version()) else ["java", "mvn"]
    return [program for program in needed if shutil.which(program) is None]


def jars() -> Path:
    """The folder of the jars, in build/kafka/; NoKafka where they cannot be had.

    Fetched at the first call, and again when pom.xml has changed. Two processes may ask at once: one fetches, the other
    waits.
    """
    folder = BUILD / version()
    if _current(folder):
        return folder
    with _alone():
        if not _current(folder):
            _fetch(folder)
    return folder


def _current(folder: Path) -> bool:
    made_from = folder / POM.name
    return made_from.exists() and made_from.read_bytes() == POM.read_bytes()


@contextmanager
def _alone() -> Iterator[None]:
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, however we end
        yield


def _fetch(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise NoKafka("no mvn on the PATH; on Debian and Ubuntu: apt-get install maven")
    half = Path(tempfile.mkdtemp(prefix="half-", dir=BUILD))
    try:
        command = ["mvn", "--batch-mode", "--no-transfer-progress", "-f", str(POM), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={half}", "-DincludeScope=runtime"]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            last = "\n".join(done.stdout.decode(errors="replace").splitlines()[-20:])
            raise NoKafka(f"Maven: exit {done.returncode}\n{last}")
        shutil.copy(POM, half / POM.name)
        half.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
