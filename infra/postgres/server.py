"""Debian's PostgreSQL on a loopback port, in a folder of its own."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from infra.ports import free_ports
from infra.processes import DidNotStart, Process, launch, tail, until, until_answering

USER = "throughline"  # its superuser, and the name of its first database
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}  # nobody's PGDATA or PGPORT
PATIENCE = 60.0  # seconds; a start after a crash reads the log again
DEBIAN = Path("/usr/lib/postgresql")

# What differs from PostgreSQL's own defaults. Commits reach the disk (`fsync` stays on): the tests of crashes need it.
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
shared_buffers = '64MB'
timezone = 'UTC'
log_timezone = 'UTC'
# no statement and no value ever stands in the log
log_min_messages = 'warning'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
"""


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian's newest, or the one on the PATH; None where there is none."""
    debian = [found for found in DEBIAN.glob("*/bin") if (found / "initdb").exists() and (found / "postgres").exists()]
    if debian:
        return max(debian, key=lambda found: int(found.parent.name))
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


class PostgresServer:
    """One server, made at the first start, that keeps port, password and data in `folder` (mode 0700).

    `with PostgresServer(folder) as server:` starts and stops it. It is killed when this process ends, unless `detached`:
    then another process finds it again by the same folder. Login is by password, even on loopback.
    """

    def __init__(self, folder: Path, *, detached: bool = False) -> None:
        self._folder = folder.absolute()
        self._detached = detached
        self._log = self._folder / "server.log"
        self._state = self._folder / "server.json"
        known = json.loads(self._state.read_text(encoding="utf-8")) if self._state.exists() else {}
        self._port: int = known.get("port") or 0
        self._password: str = known.get("password") or secrets.token_urlsafe(24)
        self._process = Process(*known["process"]) if known.get("process") else None

    @property
    def url(self) -> str:
        """SQLAlchemy's address, with the password, of the database `throughline`."""
        return self._url(USER)

    @property
    def running(self) -> bool:
        """Whether the server process is there; it may still be starting."""
        return self._process is not None and self._process.alive()

    def database(self, name: str) -> str:
        """Make an empty database and give its SQLAlchemy address; one of that name is dropped, with its sessions."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._url(name)

    def start(self) -> None:
        """Start it, and make it before if this is its first start; returns when it answers. Harmless when it runs.

        DidNotStart, with the end of the log, when it does not come up.
        """
        if self.running:
            return
        first = not self._port or not (self._home / "data").exists()
        if first:
            self._make()
        self._process = launch(
            [_programs() / "postgres", "-D", self._home / "data"],
            log=self._log,
            account=_account(),
            environment=ENVIRONMENT,
            detached=self._detached,
        )
        until_answering("PostgreSQL", self._answers, self._process, self._log, PATIENCE)
        self._remember()
        if first:
            self.database(USER)

    def stop(self) -> None:
        """End it as an operator would: sessions are cut, what was committed is on disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL, as when the machine loses power; returns when all its processes are gone and it can be started."""
        if self._process is None:
            return
        self._process.send(signal.SIGSTOP)  # from here on it makes no process that we do not see
        children = self._process.children()
        self._end(signal.SIGKILL)
        if not until(lambda: not any(child.alive() for child in children), PATIENCE):
            raise DidNotStart(f"processes of a killed PostgreSQL do not end\n{tail(self._log)}")

    def restart(self) -> None:
        """Stop and start, on the same port."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and delete all that it holds."""
        self.stop()
        for folder in (self._home, self._folder):
            if folder.exists():
                shutil.rmtree(folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _home(self) -> Path:
        return (self._folder / "home").resolve()

    def _make(self) -> None:
        account = _account()
        self._folder.mkdir(parents=True, exist_ok=True)
        home = self._folder / "home"
        if account is None or _reachable(self._folder):
            home.mkdir(mode=0o700, exist_ok=True)
        elif not home.exists():
            # Below a folder that only root may enter: the account of PostgreSQL has to keep its data elsewhere.
            home.unlink(missing_ok=True)
            home.symlink_to(tempfile.mkdtemp(prefix="throughline-postgres-"))
        if account is not None:
            if not _reachable(self._home):
                raise DidNotStart(f"the account {account.pw_name} can reach neither {self._folder} nor {self._home}")
            os.chown(self._home, account.pw_uid, account.pw_gid)
        self._initdb(account)
        [self._port] = free_ports(1)
        with (self._home / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(SETTINGS.format(port=self._port))
        self._remember()

    def _initdb(self, account: pwd.struct_passwd | None) -> None:
        shutil.rmtree(self._home / "data", ignore_errors=True)  # what a start that broke off has left
        secret = self._home / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password, encoding="utf-8")
        if account is not None:
            os.chown(secret, account.pw_uid, account.pw_gid)
        made = subprocess.run(
            [
                *(_programs() / "initdb", "-D", self._home / "data", f"--username={USER}", f"--pwfile={secret}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-sync"),
            ],
            cwd="/",
            env=ENVIRONMENT,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[account.pw_gid] if account else None,
            capture_output=True,
            check=False,
        )
        secret.unlink()
        if made.returncode:
            raise DidNotStart(f"initdb: exit {made.returncode}\n{made.stderr.decode(errors='replace')}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._dsn("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, what: signal.Signals) -> None:
        if self._process is not None:
            self._process.end(what, PATIENCE)
            self._process = None
            self._remember()

    def _remember(self) -> None:
        process = [self._process.pid, self._process.began] if self._process else None
        self._state.touch(mode=0o600)
        self._state.write_text(
            json.dumps({"port": self._port, "password": self._password, "process": process}), encoding="utf-8"
        )

    def _dsn(self, database: str) -> str:
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/{database}"

    def _url(self, database: str) -> str:
        return self._dsn(database).replace("postgresql:", "postgresql+psycopg:", 1)


def _programs() -> Path:
    found = programs()
    if found is None:
        raise DidNotStart("PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql")
    return found


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as, where that is not us: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise DidNotStart("PostgreSQL does not run as root, and there is no account `postgres` to run it as") from None


def _reachable(folder: Path) -> bool:
    """Whether every account may go through the folders above this one."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents)
