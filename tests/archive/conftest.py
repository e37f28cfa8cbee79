"""Servers on loopback that answer as real ones do, well or badly, whatever is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from astrolib.archive.retry import Clock
from astrolib.core.settings import Settings


class Request(BaseHTTPRequestHandler):
    """One request; tests answer it through `reply`, or write to `wfile` themselves."""

    protocol_version = "HTTP/1.1"
    answer: Callable[[Request], None]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        type(self).answer(self)

    def reply(self, status: int = 200, body: bytes = b"", kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        fields = {"Content-Type": kind, "Content-Length": str(len(body))}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A loopback server; `asked` holds the paths in the order they came."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Callable[[Request], None]) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), type("Answering", (Request,), {"answer": answer}))
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Request], None]], Server]]:
    """Give a function that starts a server which answers every request through a function."""
    running: list[Server] = []

    def start(answer: Callable[[Request], None]) -> Server:
        running.append(Server(answer))
        return running[-1]

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


class FakeTime:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


@pytest.fixture
def fake_time() -> FakeTime:
    """Give a clock that moves only when somebody sleeps."""
    return FakeTime()


@pytest.fixture
def quick() -> Settings:
    """Give settings under which nothing takes long."""
    return Settings(deadline=5, retries=0)
