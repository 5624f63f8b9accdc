"""One broker and PostgreSQL, started for a developer's hub: `python -m infra.services up`, `status`, `down`, `remove`."""

from __future__ import annotations

import argparse
import fcntl
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.kafka.cluster import KafkaCluster
from infra.kafka.distribution import NoKafka
from infra.postgres.server import PostgresServer
from infra.processes import DidNotStart

FOLDER = Path(__file__).resolve().parents[1] / "build" / "services"


class Services:
    """Both services, in `folder`; they stay when this process ends, and are found again by the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.kafka = KafkaCluster(self._folder / "kafka", detached=True)
        self.postgres = PostgresServer(self._folder / "postgres", detached=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """The hub's settings for these services, passwords included."""
        return {
            "THROUGHLINE_DATABASE_URL": self.postgres.url,
            "THROUGHLINE_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "THROUGHLINE_KAFKA_USER": self.kafka.user,
            "THROUGHLINE_KAFKA_PASSWORD": self.kafka.password,
            "THROUGHLINE_KAFKA_CA": str(self.kafka.ca_file),
        }

    def up(self) -> Path:
        """Start what does not run, wait until both answer; the file of settings to `source`, mode 0600."""
        self.postgres.start()
        self.kafka.start()
        settings = self._folder / "settings.env"
        settings.touch(mode=0o600)
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.environment.items()]
        settings.write_text("".join(lines), encoding="utf-8")
        return settings

    def down(self) -> None:
        """Stop both; what they hold stays for the next `up`."""
        self.kafka.stop()
        self.postgres.stop()

    def remove(self) -> None:
        """Stop both and delete what they hold."""
        self.kafka.remove()
        self.postgres.remove()
        shutil.rmtree(self._folder, ignore_errors=True)

    def status(self) -> Mapping[str, bool]:
        """Which of the two run."""
        return {"Apache Kafka": self.kafka.running(1), "PostgreSQL": self.postgres.running}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One command at a time on one folder: the second finds what the first has started."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, however we end
        yield


def main(arguments: list[str]) -> int:
    """Carry out one command; the exit code: 0, or 1 where a service does not come up or, for `status`, does not run."""
    parser = argparse.ArgumentParser(prog="python -m infra.services", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status", "remove"])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they keep everything (build/services)")
    asked = parser.parse_args(arguments)
    try:
        with alone(asked.folder):
            return _carry_out(asked.command, Services(asked.folder))
    except (DidNotStart, NoKafka) as error:
        print(error, file=sys.stderr)
        return 1


def _carry_out(command: str, services: Services) -> int:
    match command:
        case "up":
            settings = services.up()
            print(settings.read_text(encoding="utf-8"), end="")
            print(f"# source {settings}")
        case "down":
            services.down()
        case "remove":
            services.remove()
        case "status":
            for name, runs in services.status().items():
                print(f"{name} {'runs' if runs else 'does not run'}")
            return 0 if all(services.status().values()) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
