"""The proxy passes on what it gets: at once, whole, unchanged, for everybody at the same time."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import requests
from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClientConnection, WebSocketHandler, websocket_connect

from hub_config.ports import Ports, choose_ports

from .conftest import until

SCRIPT = Path(__file__).resolve().parents[2] / "hub_config" / "proxy_server.py"
TOKEN = {"Authorization": "token secret"}
ROOM = threading.Barrier(20, timeout=20)


class Mirror(RequestHandler):
    def get(self) -> None:
        self.add_header("Set-Cookie", "a=1")
        self.add_header("Set-Cookie", "b=2")
        self.write({"uri": self.request.uri, **dict(self.request.headers.items())})

    def put(self) -> None:
        self.write(str(len(self.request.body)))


class Slow(RequestHandler):
    released = threading.Event()

    async def get(self) -> None:
        self.write("first")
        await self.flush()
        while not Slow.released.is_set():
            await asyncio.sleep(0.02)
        self.write("second")


class Full(RequestHandler):
    async def get(self) -> None:
        await asyncio.get_running_loop().run_in_executor(ThreadPoolExecutor(1), ROOM.wait)


class Broken(RequestHandler):
    async def get(self) -> None:
        self.set_header("Content-Length", "1000")
        self.write("not all")
        await self.flush()
        self.detach().close()


class Echo(WebSocketHandler):
    max_message_size = 100_000_000

    def select_subprotocol(self, offered: list[str]) -> str | None:
        return "v1.test" if "v1.test" in offered else None

    def open(self, *_: str) -> None:
        self.write_message("said before anything was asked")

    def on_message(self, message: str | bytes) -> None:
        if message == "bye":
            self.close(1001, "gone")
        else:
            self.write_message(message, binary=isinstance(message, bytes))


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    """Return the port of a server behind the proxy."""
    sockets = bind_sockets(0, "127.0.0.1")
    loop = asyncio.new_event_loop()
    pages = [
        ("/x/slow", Slow),
        ("/x/full", Full),
        ("/x/broken", Broken),
        ("/x/echo", Echo),
        ("/x/.*", Mirror),
    ]

    async def serve() -> None:
        HTTPServer(Application(pages), max_buffer_size=300_000_000).add_sockets(sockets)

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    sockets[0].close()
    loop.close()


@pytest.fixture(scope="module")
def proxy(behind: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a proxy with a route to the server behind."""
    ports = choose_ports(Ports())
    log = tmp_path_factory.mktemp("proxy") / "proxy.log"
    options = ["--ip", "127.0.0.1", "--port", str(ports.public), "--log-level", "info"]
    options += ["--api-ip", "127.0.0.1", "--api-port", str(ports.proxy_api)]
    process = subprocess.Popen(
        [sys.executable, "-P", str(SCRIPT), str(log), *options],
        env={**os.environ, "CONFIGPROXY_AUTH_TOKEN": "secret"},
    )
    routes = f"http://127.0.0.1:{ports.proxy_api}/api/routes"
    until(lambda: _is_up(routes), "the proxy answers", 20)
    target = {"target": f"http://127.0.0.1:{behind}"}
    assert requests.post(f"{routes}/x", json=target, headers=TOKEN, timeout=10).status_code == 201
    yield f"http://127.0.0.1:{ports.public}"
    process.terminate()
    process.wait()


def _is_up(routes: str) -> bool:
    try:
        return requests.get(routes, headers=TOKEN, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


@asynccontextmanager
async def connected(proxy: str, **kwargs: object) -> AsyncIterator[WebSocketClientConnection]:
    request = HTTPRequest(f"{proxy.replace('http', 'ws')}/x/echo")
    socket = await websocket_connect(request, max_message_size=100_000_000, **kwargs)
    yield socket
    socket.close()
    while socket.close_code is None and await asyncio.wait_for(socket.read_message(), 10) is not None:
        pass


def test_an_answer_is_passed_on_piece_by_piece(proxy: str) -> None:
    with requests.get(f"{proxy}/x/slow", stream=True, timeout=10) as answer:
        pieces = answer.iter_content(None)
        assert next(pieces) == b"first"
        Slow.released.set()
        assert b"".join(pieces) == b"second"


def test_a_full_room_is_served_at_the_same_time(proxy: str) -> None:
    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda _: requests.get(f"{proxy}/x/full", timeout=30), range(20)))
    assert {answer.status_code for answer in answers} == {200}


def test_addresses_stay_as_they_were_quoted(proxy: str) -> None:
    path = "/x/anna@uni.example/a%2Fb%20c~d?q=%C5%A1&next=/x?"
    assert requests.get(proxy + path, timeout=10).json()["uri"] == path


def test_the_server_behind_learns_where_a_request_came_from(proxy: str) -> None:
    claims = {"X-Forwarded-For": "1.2.3.4", "X-Real-Ip": "5.6.7.8", "Forwarded": "for=9.9.9.9"}
    seen = requests.get(f"{proxy}/x/", headers=claims, timeout=10).json()
    assert seen["X-Forwarded-For"] == "1.2.3.4, 127.0.0.1"
    assert "X-Real-Ip" not in seen
    assert "Forwarded" not in seen


def test_several_cookies_and_large_uploads_pass(proxy: str) -> None:
    answer = requests.get(f"{proxy}/x/", timeout=10)
    assert answer.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
    assert requests.put(f"{proxy}/x/", data=b"0" * 50_000_000, timeout=60).text == "50000000"


def test_an_answer_that_breaks_off_is_not_taken_for_whole(proxy: str) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(f"{proxy}/x/broken", timeout=10)


def test_what_nobody_serves_is_not_found(proxy: str) -> None:
    assert requests.get(f"{proxy}/nowhere", timeout=10).status_code == 404


def test_messages_keep_their_kind_size_and_protocol(proxy: str) -> None:
    async def talk() -> list[str | bytes | None]:
        async with connected(proxy, subprotocols=["v1.test", "other"]) as socket:
            heard = [socket.selected_subprotocol, await socket.read_message()]
            for message in ("text", b"\x00bytes\xff", b"0" * 20_000_000):
                await socket.write_message(message, binary=isinstance(message, bytes))
                heard.append(await socket.read_message())
            return heard

    heard = asyncio.run(talk())
    assert heard[:4] == ["v1.test", "said before anything was asked", "text", b"\x00bytes\xff"]
    assert heard[4] == b"0" * 20_000_000


def test_a_closed_connection_is_closed_on_both_sides(proxy: str) -> None:
    async def talk() -> tuple[object, int | None]:
        async with connected(proxy) as socket:
            await socket.read_message()
            await socket.write_message("bye")
            return await asyncio.wait_for(socket.read_message(), 10), socket.close_code

    assert asyncio.run(talk()) == (None, 1001)
