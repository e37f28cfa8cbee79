"""Run code in a kernel as the browser does."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


def run_code(server: str, kernel: str, token: dict[str, str], code: str) -> str:
    """Run `code` in a kernel as the browser does, and return what it printed."""

    async def talk() -> str:
        address = f"{server.replace('http', 'ws')}/kernels/{kernel}/channels"
        connection = await websocket_connect(HTTPRequest(address, headers=token))
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "version": "5.4"}
        header |= {"session": uuid.uuid4().hex, "date": "2026-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }
        await connection.write_message(json.dumps(message))
        printed = await asyncio.wait_for(_printed(connection), 60)
        connection.close()
        await asyncio.wait_for(_closed(connection), 10)
        return printed

    return asyncio.run(talk())


async def _printed(connection: Any) -> str:
    while True:
        message = json.loads(await connection.read_message())
        if message["header"]["msg_type"] == "stream":
            return str(message["content"]["text"]).strip()


async def _closed(connection: Any) -> None:
    while await connection.read_message() is not None:
        pass
