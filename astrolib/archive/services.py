"""The services that can be asked for spectra: known by name, local, or anywhere by address."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Literal, get_args

from astrolib.archive import local
from astrolib.core.addresses import AddressGuard, origin
from astrolib.core.errors import AddressError, RefusedError

Protocol = Literal["ssap", "obscore"]


@dataclass(frozen=True)
class Service:
    """A service that offers spectra.

    Parameters
    ----------
    name : str
        What people call it.
    address : str
        Base address; empty for a local archive that does not run.
    protocol : {'ssap', 'obscore'}
        What it speaks: SSAP, or TAP with an ObsCore table.
    title : str
        One line for people.
    found_in : str
        Address of the registry that named it; empty where a person, or astrolib, did. An address from a
        registry must be public.
    """

    name: str
    address: str
    protocol: Protocol = "ssap"
    title: str = ""
    found_in: str = ""

    @property
    def given(self) -> str:
        """The address that vouches for the service: its own, or its registry's."""
        return self.found_in or self.address

    def guard(self) -> AddressGuard:
        """Return the guard for everything that the service leads to."""
        return AddressGuard.of(self.given)


def known_services() -> dict[str, Service]:
    """Return `local` and the services of ``services.toml`` by name."""
    return {"local": _local()} | _shipped()


def _local() -> Service:
    return Service("local", local.addresses().get("ssap", ""), title=local.TITLE)


def _shipped() -> dict[str, Service]:
    text = resources.files("astrolib.archive").joinpath("services.toml").read_text(encoding="utf-8")
    return {name: Service(name, **entry) for name, entry in tomllib.loads(text).items()}


def find_service(name_or_address: str, protocol: Protocol = "ssap") -> Service:
    """Return a service by its known name, or the one at an address.

    Parameters
    ----------
    name_or_address : str
        A name of `known_services`, ``local``, or an http(s) address.
    protocol : {'ssap', 'obscore'}
        What the service at an address speaks.

    Raises
    ------
    RefusedError
        If it is neither.
    """
    if protocol not in get_args(Protocol):
        raise RefusedError(
            f"protocol is {protocol!r}", remedy=f"choose one of {', '.join(get_args(Protocol))}"
        )
    if name_or_address == "local":
        return _local()
    if "://" not in name_or_address:
        return _by_name(name_or_address)
    if origin(name_or_address).scheme == "ftp":
        raise AddressError(
            "a service does not speak ftp", where=repr(name_or_address), remedy="list it instead"
        )
    return Service(name_or_address, name_or_address, protocol)


def _by_name(name: str) -> Service:
    shipped = _shipped()
    if name not in shipped:
        raise RefusedError(
            f"no known service is called {name!r}",
            remedy=f"choose one of local, {', '.join(shipped)}, or give an address",
        )
    return shipped[name]
