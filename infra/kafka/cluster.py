"""One broker of Apache Kafka, or three, on loopback ports, in a folder of their own."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from infra import certificates
from infra.kafka.configuration import BROKER, HUB, Ports, new_cluster_id, server_properties
from infra.kafka.distribution import LOGGING, jars
from infra.ports import free_ports
from infra.processes import DidNotStart, Process, launch, until_answering

PATIENCE = 120.0  # seconds; three brokers on two busy cores need some tens
GRACE = 20.0  # seconds in which a broker that is stopped may hand over what it leads
HEAP = "320m"
# Quick to start rather than quickest in the long run: most brokers that start here serve some minutes of tests.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Xmx{HEAP}", "-Djava.awt.headless=true")


class KafkaCluster:
    """Brokers 1 to `brokers`, made at the first start; `folder` (mode 0700) keeps ports, passwords, certificates and data.

    `with KafkaCluster(folder) as cluster:` starts and stops them. They are killed when this process ends, unless `detached`:
    then another process finds them again by the same folder.
    """

    def __init__(self, folder: Path, brokers: int = 1, *, detached: bool = False) -> None:
        self._folder = folder.absolute()
        self._detached = detached
        self._state = self._folder / "cluster.json"
        known = json.loads(self._state.read_text(encoding="utf-8")) if self._state.exists() else {}
        self._ports = {int(n): Ports(*ports) for n, ports in known.get("ports", {}).items()}
        self._numbers = tuple(self._ports) or tuple(range(1, brokers + 1))
        self._passwords: dict[str, str] = known.get("passwords") or {
            user: secrets.token_urlsafe(24) for user in (HUB, BROKER)
        }
        self._processes = {int(n): Process(*process) for n, process in known.get("processes", {}).items()}

    @property
    def bootstrap(self) -> str:
        """The address of every broker: host:port,host:port,…"""
        return ",".join(f"127.0.0.1:{ports.client}" for ports in self._ports.values())

    @property
    def controllers(self) -> str:
        """The address of every broker's part in the quorum, which only brokers use: host:port,host:port,…"""
        return ",".join(f"127.0.0.1:{ports.controller}" for ports in self._ports.values())

    @property
    def ca_file(self) -> Path:
        """The PEM file of the authority that signed the brokers' certificate."""
        return self._certificates.ca

    @property
    def user(self) -> str:
        """The hub's own user, who may do everything."""
        return HUB

    @property
    def password(self) -> str:
        """The hub's password."""
        return self._passwords[HUB]

    def running(self, number: int) -> bool:
        """Whether the process of this broker is there; it may still be starting."""
        return number in self._processes and self._processes[number].alive()

    def log(self, number: int) -> Path:
        """The file that holds what this broker says."""
        return self._home(number) / "server.log"

    def start(self) -> None:
        """Start the brokers that do not run, and make the cluster before if this is its first start.

        Returns when a client can log in and sees them all; DidNotStart, with the end of the log, when one does not come up.
        """
        if not self._ports:
            self._make()
        for number in self._numbers:
            self._launch(number)
        self.ready()

    def start_broker(self, number: int) -> None:
        """Start this broker again, on its old port; returns when it takes part."""
        self._launch(number)
        self._until_member(number)

    def ready(self) -> None:
        """Wait until every broker that runs lets a client log in and takes part; DidNotStart as `start`."""
        for number in self._numbers:
            if number in self._processes:
                self._until_member(number)

    def kill(self, number: int) -> None:
        """SIGKILL: this broker is gone at once, and what it had not written with it."""
        self._end([number], signal.SIGKILL)

    def stop(self) -> None:
        """End all brokers as an operator would."""
        self._end(self._numbers, signal.SIGTERM)

    def remove(self) -> None:
        """End all brokers at once and delete all that they hold."""
        self._end(self._numbers, signal.SIGKILL)
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def certificate_file(self) -> Path:
        """The PEM file of the brokers' own key and certificate: who has it is a broker."""
        return self._certificates.server

    @property
    def _certificates(self) -> certificates.Certificates:
        return certificates.issue(self._folder / "certificates", BROKER)

    def _home(self, number: int) -> Path:
        return self._folder / f"broker-{number}"

    def _make(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        free = free_ports(2 * len(self._numbers))
        ports = {n: Ports(free.pop(), free.pop()) for n in self._numbers}
        for number in self._numbers:
            shutil.rmtree(self._home(number), ignore_errors=True)  # what a start that broke off has left
            self._home(number).mkdir()
            text = server_properties(
                number, ports, self._home(number) / "data", self._certificates, self._passwords[BROKER]
            )
            properties = self._home(number) / "server.properties"
            properties.touch(mode=0o600)
            properties.write_text(text, encoding="utf-8")
        cluster = new_cluster_id()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda number: self._format(number, cluster), self._numbers))
        self._ports = ports
        self._remember()

    def _format(self, number: int, cluster: str) -> None:
        arguments = ["kafka.tools.StorageTool", "format", "--cluster-id", cluster]
        arguments += ["--config", str(self._home(number) / "server.properties")]
        for user, password in self._passwords.items():
            arguments += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        # Arguments from a file: a command line can be read by everybody on the machine, and these hold the passwords.
        file = self._home(number) / "format.arguments"
        file.write_text("".join(f'"{a.replace(chr(92), chr(92) * 2)}"\n' for a in arguments), encoding="utf-8")
        done = subprocess.run(
            [*_java(), f"@{file}"], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
        file.unlink()
        if done.returncode:  # standard output holds what the passwords are kept as
            raise DidNotStart(
                f"formatting broker {number}: exit {done.returncode}\n{done.stderr.decode(errors='replace')}"
            )

    def _launch(self, number: int) -> None:
        if not self.running(number):
            self._processes[number] = launch(
                [*_java(), "kafka.Kafka", self._home(number) / "server.properties"],
                log=self.log(number),
                detached=self._detached,
            )
            self._remember()

    def _until_member(self, number: int) -> None:
        until_answering(
            f"broker {number}", lambda: self._takes_part(number), self._processes[number], self.log(number), PATIENCE
        )

    def _takes_part(self, number: int) -> bool:
        """Whether a client can log in at this broker and finds it among those that serve."""
        port = self._ports[number].client
        try:
            socket.create_connection(
                ("127.0.0.1", port), timeout=1
            ).close()  # the client is slow to see that nobody listens
            with KafkaAdminClient(
                bootstrap_servers=f"127.0.0.1:{port}",
                bootstrap_timeout_ms=5_000,
                request_timeout_ms=5_000,
                security_protocol="SASL_SSL",
                sasl_mechanism="SCRAM-SHA-512",
                sasl_plain_username=self.user,
                sasl_plain_password=self.password,
                ssl_cafile=str(self.ca_file),
            ) as client:
                brokers = client.describe_cluster()["brokers"]
        except (KafkaError, OSError):
            return False
        return any(broker["broker_id"] == number and not broker["is_fenced"] for broker in brokers)

    def _end(self, numbers: Iterable[int], what: signal.Signals) -> None:
        ended = [self._processes.pop(number) for number in numbers if number in self._processes]
        for process in ended:  # all first: brokers that stop together do not wait for one another
            process.send(what)
        for process in ended:
            process.end(what, GRACE)
        if self._folder.exists():
            self._remember()

    def _remember(self) -> None:
        state = {
            "ports": {n: [ports.client, ports.controller] for n, ports in self._ports.items()},
            "passwords": self._passwords,
            "processes": {n: [process.pid, process.began] for n, process in self._processes.items()},
        }
        self._state.touch(mode=0o600)
        self._state.write_text(json.dumps(state), encoding="utf-8")


def _java() -> list[str | Path]:
    return ["java", *FLAGS, f"-Dlog4j2.configurationFile={LOGGING}", "-cp", f"{jars()}/*"]
