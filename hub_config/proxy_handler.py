"""One request on its way to the hub or to a person's server, and the answer on its way back.

As configurable-http-proxy comes, it holds every answer back until it is complete (so nobody sees a server
start), serves ten requests at a time, gives up after 20 s, turns the kernels' binary messages into text and
hides their protocol from the browser, cuts messages at 10 MB, and quotes addresses anew.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import aiohttp
from configurable_http_proxy.handlers import ProxyHandler
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect
from yarl import URL

HOP_BY_HOP = {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer"}
HOP_BY_HOP |= {"Transfer-Encoding", "Upgrade"}
NOT_PASSED_ON = HOP_BY_HOP | {"Expect", "Forwarded", "X-Real-Ip", "X-Scheme"}
NOT_PASSED_ON |= {"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions"}
LARGEST_MESSAGE = 512 * 1024 * 1024
NO_TIME_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=30)


class StreamingHandler(ProxyHandler):
    """Pass requests and answers on as they come."""

    _session: aiohttp.ClientSession | None = None

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

    @property
    def max_message_size(self) -> int:
        """The largest WebSocket message from a browser [bytes]."""
        return LARGEST_MESSAGE

    async def start_ws_client(self, path: str | None = None) -> None:
        """Connect to the server behind, before the browser's side is accepted."""
        url = await self.get_target_url(path)
        if url is None:
            return
        request = self._get_proxy_request(url.replace("http", "ws", 1))
        try:
            self.ws_client = await websocket_connect(request, max_message_size=LARGEST_MESSAGE)
        except HTTPClientError as error:
            self.set_status(error.code)
            self.finish(error.message)
        except OSError as error:
            await self.handle_proxy_error(503, error)

    def select_subprotocol(self, _offered: list[str]) -> str | None:
        """Return the WebSocket protocol that the server behind has chosen."""
        return self.ws_client.selected_subprotocol

    def open(self, *_: str) -> None:
        """Begin to pass on what the server behind says; the browser is listened to from here on."""
        self._from_server = asyncio.create_task(self._pass_messages(self.ws_client))

    async def _pass_messages(self, server: WebSocketClientConnection) -> None:
        try:
            while (message := await server.read_message()) is not None:
                await self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            pass
        finally:
            server.close()
            self.close(server.close_code, server.close_reason)

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what the browser says."""
        self.proxy.update_last_activity(self.target["prefix"])
        try:
            await self.ws_client.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.close()

    def on_close(self) -> None:
        """Close the other side too."""
        if self.ws_client:
            self.ws_client.close(self.close_code, self.close_reason)
