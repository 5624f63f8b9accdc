"""A small Confluent-compatible schema registry on loopback: registers schemas, gives them back by id, and fails as it is told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


class Registry(ThreadingHTTPServer):
    """What was registered: by id, (subject, schema). answers: (status, body, headers) that it gives instead, one at a time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.registered: list[tuple[str, str]] = []
        self.logins: list[str | None] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def id_of(self, subject: str, schema: str) -> int:
        """An id from 1 on; the same for the same schema under the same subject."""
        if (subject, schema) not in self.registered:
            self.registered.append((subject, schema))
        return self.registered.index((subject, schema)) + 1


class _Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.logins.append(self.headers["Authorization"])
        found = re.fullmatch(r"/subjects/([^/]+)/versions", self.path)
        if self.server.answers:
            self._answer(*self.server.answers.pop(0))
        elif found is None:
            self._answer(404, b"{}", {})
        else:
            self._answer_json({"id": self.server.id_of(unquote(found[1]), body["schema"])})

    def do_GET(self) -> None:
        number = int(self.path.removeprefix("/schemas/ids/"))
        self._answer_json({"schema": self.server.registered[number - 1][1]})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer_json(self, body: dict[str, Any]) -> None:
        self._answer(200, json.dumps(body).encode(), {"Content-Type": "application/vnd.schemaregistry.v1+json"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[Registry]:
    """A registry that answers until the block ends."""
    with Registry() as registry:
        thread = threading.Thread(target=registry.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield registry
        finally:
            registry.shutdown()
            thread.join()
