"""A server that answers like Airflow's REST interface where the monitor asks it, and notes what it was asked: for
refusals, and for what was never asked. `test_real_airflow` starts loads on a real one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PASSWORD = "airflow's pass-phrase"


@dataclass
class Double:
    """What was asked, and what is answered to a backfill."""

    asked: list[tuple[str, dict]] = field(default_factory=list)
    status: int = 200
    answer: dict = field(default_factory=lambda: {"id": 7})


@contextmanager
def airflow_double() -> Iterator[tuple[str, Double]]:
    """The address of a server, and its notes."""
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/auth/token":
                good = body["password"] == PASSWORD
                self._answer(201 if good else 401, {"access_token": "t"} if good else {"detail": "Invalid credentials"})
                return
            assert self.headers["Authorization"] == "Bearer t"
            double.asked.append((self.path, body))
            if self.path.endswith("dry_run"):
                days = [{"logical_date": body["from_date"]}, {"logical_date": body["to_date"]}]
                self._answer(double.status, {"backfills": days, "detail": "refused"})
            else:
                self._answer(double.status, {**double.answer, "detail": "refused"})

        def _answer(self, status: int, told: dict) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
