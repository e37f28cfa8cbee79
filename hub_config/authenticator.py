"""Log in with a shared password, and be locked out after wrong ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler
from traitlets import Instance

from hub_config.lockout import Lockout

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
"""A user name is also a folder's name: no slash, no leading dot or hyphen, nothing that needs quoting."""

NAME_HELP = "A user name takes the letters a to z, digits, and . _ @ - inside it; anna or team-3, say."


class GuardedPasswordAuthenticator(SharedPasswordAuthenticator):
    """Shared-password login that locks a name and address out after five wrong passwords.

    Anybody who knows the shared password may log in under any name but those in `admin_users`, who have
    a password of their own. The comparison takes the same time whatever is wrong.
    """

    lockout = Instance(Lockout, args=())

    def validate_username(self, username: str) -> bool:
        """Say whether `username` is safe as the name of a folder."""
        return NAME.fullmatch(username) is not None and super().validate_username(username)

    async def authenticate(self, handler: RequestHandler, data: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the user's model, or None where the password is wrong.

        Raises
        ------
        tornado.web.HTTPError
            400 without a name or password, 403 for an impossible name, 429 for who is locked out.
        """
        name = self.normalize_username(_field(data, "username"))
        password = _field(data, "password")
        if not self.validate_username(name):
            raise HTTPError(403, NAME_HELP)
        address = client_address(handler.request, self._proxies(handler))
        self._refuse_locked(name, address)
        model = await super().authenticate(handler, data) if password.isascii() else None
        if model is not None:
            self.lockout.succeeded(name, address)
        elif self.lockout.failed(name, address):
            self.log.warning(
                "Locked out: %s from %s, after too many wrong passwords", name, printable(address)
            )
        return model

    def _refuse_locked(self, name: str, address: str) -> None:
        left = self.lockout.seconds_left(name, address)
        if left > 0:
            self.log.warning(
                "Refused: %s from %s is locked out for %.0f s more", name, printable(address), left
            )
            raise HTTPError(
                429, f"Too many wrong passwords. Try again in {max(1, round(left / 60))} minutes."
            )

    def _proxies(self, handler: RequestHandler) -> Collection[str]:
        app = handler.settings.get("app")
        return app.trusted_downstream_ips if app else ()


def client_address(request: HTTPServerRequest, proxies: Collection[str]) -> str:
    """Return the address that a request came from, as the hub's own proxy saw it.

    That is the last entry of ``X-Forwarded-For``, or the last that is none of `proxies` (servers that a site
    has put in front). Entries before it, and ``X-Real-Ip``, are whatever the client wrote.
    """
    seen = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
    seen = [entry for entry in seen if entry] or [request.remote_ip or "unknown"]
    foreign = [entry for entry in seen if entry not in proxies]
    return foreign[-1] if foreign else seen[0]


def printable(text: str) -> str:
    """Return `text` for one line of a log: no control characters, at most 64 characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:64])


def _field(data: Mapping[str, str], name: str) -> str:
    try:
        return data[name]
    except KeyError:
        raise HTTPError(400, f"The login form lacks the field {name}.") from None
