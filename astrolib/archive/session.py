"""A requests session whose connections ask the guard, and that takes nothing from the person's own files."""

from __future__ import annotations

import os
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from astrolib.archive.connection import pools
from astrolib.core.addresses import AddressGuard

_AGENT = "astrolib (spectra for astronomers)"


def guarded_session(guard: AddressGuard, connections: int) -> requests.Session:
    """Return a session that keeps no cookies and up to so many connections a host.

    Proxies are left to the caller; certificates are those of requests, or of the environment.
    """
    session = requests.Session()
    session.trust_env = False  # no passwords from ~/.netrc to hosts that a document names
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.headers["User-Agent"] = _AGENT
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = _GuardedAdapter(guard, connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, guard: AddressGuard, connections: int) -> None:
        self._guard = guard
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kinds: Any) -> None:
        super().init_poolmanager(*args, **kinds)
        self.poolmanager.pool_classes_by_scheme = pools(self._guard.check_peer)

    def proxy_manager_for(self, proxy: str, **kinds: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kinds)
        if proxy.lower().startswith("http"):
            manager.pool_classes_by_scheme = pools(_any_peer)
        return manager


def _any_peer(address: str, peer: str) -> None:
    """Accept a proxy, which the person's own environment names."""
