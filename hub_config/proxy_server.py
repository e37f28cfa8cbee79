"""The proxy's process: the pure-Python configurable-http-proxy with a handler that streams.

Usage: ``proxy_server.py LOG [OPTION ...]``, with the options of configurable-http-proxy.
"""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from configurable_http_proxy import cli, configproxy

sys.path.append(str(Path(__file__).resolve().parent.parent))

from hub_config.proxy_handler import StreamingHandler


def main(arguments: list[str]) -> None:
    """Run the proxy; its words go to a file that outlives the hub's terminal."""
    handler = RotatingFileHandler(arguments[0], maxBytes=2_000_000, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.root.handlers = [handler]
    configproxy.ProxyHandler = StreamingHandler  # the class that PythonProxy routes requests to
    cli.main(arguments[1:], prog_name="proxy")


if __name__ == "__main__":
    main(sys.argv[1:])
