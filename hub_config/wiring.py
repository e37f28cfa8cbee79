"""Longer pieces of configuration that read better with a name."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from hub_config.ports import LOOPBACK, Ports

HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

WELCOME = (
    "This hub is for one group of people who trust one another. Take any user name (letters and digits); "
    "the password is the group's."
)


def listen_on_loopback(c: Config, ports: Ports) -> None:
    """Bind proxy, its API, the hub and the users' servers to 127.0.0.1; answer with cautious headers."""
    c.JupyterHub.bind_url = f"http://{LOOPBACK}:{ports.public}/"
    c.JupyterHub.hub_bind_url = f"http://{LOOPBACK}:{ports.hub}"
    c.ConfigurableHTTPProxy.api_url = f"http://{LOOPBACK}:{ports.proxy_api}"
    c.Spawner.ip = LOOPBACK
    c.JupyterHub.tornado_settings = {"headers": HEADERS, "cookie_options": {"samesite": "Lax"}}


def log_to_file(c: Config, path: Path) -> None:
    """Send the log to `path`, five files of 5 MB, and only errors to the terminal."""
    to_file = {
        "class": "logging.handlers.RotatingFileHandler",
        "level": "INFO",
        "formatter": "file",
        "filename": str(path),
        "maxBytes": 5_000_000,
        "backupCount": 4,
        "encoding": "utf-8",
    }
    c.JupyterHub.logging_config = {
        "formatters": {"file": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"console": {"level": "ERROR"}, "file": to_file},
        "loggers": {"JupyterHub": {"level": "DEBUG", "handlers": ["console", "file"]}},
    }
