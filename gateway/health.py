"""What a process manager asks: are the processes alive, and do they work? On loopback, without a word of what they work on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from gateway.running import State


class Health:
    """`GET /live`: 200 while this process runs. `GET /ready`: 200 where every process works, else 503; each with its state and lag.

    port: 0 takes a free one; `port` then says which.
    """

    def __init__(self, states: Mapping[str, State], port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path not in ("/live", "/ready"):
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                ready = self.path == "/live" or all(state.ready for state in states.values())
                body = json.dumps({kind: state.as_json() for kind, state in states.items()}).encode()
                self.send_response(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Health checks come every few seconds: not logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
