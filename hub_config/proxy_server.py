"""The proxy's process: the pure-Python configurable-http-proxy, with what a full room needs.

As it comes, it holds every answer back until it is complete (so nobody sees a server start), serves ten
requests at a time, gives up after 20 s, hides the kernels' WebSocket protocol from the browser, cuts
messages at 10 MB, and passes on whatever a client claims its own address to be.

Usage: ``proxy_server.py LOG [OPTION ...]``, with the options of configurable-http-proxy.
"""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractAsyncContextManager
from functools import partial
from logging.handlers import RotatingFileHandler

import aiohttp
from configurable_http_proxy import cli, configproxy, handlers
from tornado.httpclient import HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.iostream import StreamClosedError
from tornado.websocket import websocket_connect
from yarl import URL

HOP_BY_HOP = {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer"}
HOP_BY_HOP |= {"Transfer-Encoding", "Upgrade"}
NOT_PASSED_ON = HOP_BY_HOP | {"X-Real-Ip", "Forwarded", "X-Scheme"}
NOT_PASSED_ON |= {"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions"}
LARGEST_MESSAGE = 512 * 1024 * 1024
NO_TIME_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=30)


class StreamingHandler(handlers.ProxyHandler):
    """Pass requests and answers on as they come."""

    _session: aiohttp.ClientSession | None = None

    @property
    def max_message_size(self) -> int:
        """The largest WebSocket message from a browser [bytes]."""
        return LARGEST_MESSAGE

    def select_subprotocol(self, _offered: list[str]) -> str | None:
        """Return the WebSocket protocol that the server behind has chosen."""
        return self.ws_client.selected_subprotocol

    @classmethod
    def session(cls) -> aiohttp.ClientSession:
        """Return the one pool of connections to the servers behind."""
        if cls._session is None:
            cls._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=NO_TIME_LIMIT,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        return cls._session

    async def get_target_url(self, path: str | None = None) -> str | None:
        """Return the address behind, with path and query exactly as the client quoted them."""
        self.target = self.proxy.target_for_req(None, self.request.path)
        if self.target is None:
            await self.handle_proxy_error(404, err=None)
            return None
        query = f"?{self.request.query}" if self.request.query else ""
        return self.target["target"].rstrip("/") + self.request.path + query

    def _get_proxy_request(self, url: str) -> HTTPRequest:
        """Return the request for the server behind: the client's, and where it came from."""
        headers = HTTPHeaders()
        for name, value in self.request.headers.get_all():
            if name not in NOT_PASSED_ON:
                headers.add(name, value)
        chain = [*self.request.headers.get_list("X-Forwarded-For"), self.request.remote_ip]
        headers["X-Forwarded-For"] = ", ".join(chain)
        headers.setdefault("X-Forwarded-Proto", "http")
        headers.setdefault("X-Forwarded-Host", self.request.host)
        return HTTPRequest(url, method=self.request.method, headers=headers, allow_nonstandard_methods=True)

    async def call_proxy(self, path: str | None = None) -> None:
        """Ask the server behind, and pass its answer on piece by piece."""
        url = await self.get_target_url(path)
        if url is None:
            return
        try:
            async with self._ask(url) as answer:
                await self._pass_on(answer)
        except (aiohttp.ClientError, TimeoutError, StreamClosedError) as error:
            if self._headers_written:
                self.detach().close()  # the client sees that the answer is not whole
            else:
                await self.handle_proxy_error(503, error)

    def _ask(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self.session().request(
            self.request.method,
            URL(url, encoded=True),
            headers=list(self._get_proxy_request(url).headers.get_all()),
            data=self.request.body or None,
            allow_redirects=False,
        )

    async def _pass_on(self, answer: aiohttp.ClientResponse) -> None:
        self.clear()
        self.clear_header("Content-Type")
        self.set_status(answer.status, answer.reason)
        for name in {name.title() for name in answer.headers} - HOP_BY_HOP:
            self.clear_header(name)
            for value in answer.headers.getall(name):
                self.add_header(name, value)
        async for piece in answer.content.iter_any():
            self.write(piece)
            await self.flush()
        self.finish()


def main(arguments: list[str]) -> None:
    """Run the proxy; its words go to a file that outlives the hub's terminal."""
    log = logging.getLogger("configurable_http_proxy")
    logging.root.handlers = [RotatingFileHandler(arguments[0], maxBytes=2_000_000, backupCount=1)]
    log.propagate = True
    handlers.websocket_connect = partial(websocket_connect, max_message_size=LARGEST_MESSAGE)
    configproxy.ProxyHandler = StreamingHandler
    cli.main(arguments[1:], prog_name="proxy")


if __name__ == "__main__":
    main(sys.argv[1:])
