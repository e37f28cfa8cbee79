"""The site file: what a report needs and the frames do not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from astrolib.core.errors import RefusedError
from astrolib.movers.formats import Group
from astrolib.movers.formats.ades_elements import ELEMENTS
from astrolib.report.catalogues import is_known

ROVING = ("247", "270")
LEAST_POSITIONS = 2

_STATION = re.compile(r"[0-9A-Z][0-9]{2}|XXX")
_MODES = ("CCD", "CMO")
_TYPES = ELEMENTS["2022"]
_KEYS = (
    "station", "observatory", "observers", "measurers", "submitter", "telescope", "catalogues", "software",
    "fundingSource", "comments", "contact", "bands", "minimum_positions", "uncTime", "coinvestigators",
    "collaborators",
)  # fmt: skip
_TABLES = {
    "submitter": (("name",), ("institution",)),
    "telescope": (
        ("aperture", "design", "detector"), ("name", "fRatio", "filter", "arraySize", "pixelScale", "mode"),
    ),
    "catalogues": (("astCat",), ("photCat",)),
    "software": ((), ("astrometry", "fitOrder", "photometry", "objectDetection")),
}  # fmt: skip


class SiteError(RefusedError):
    """The site file lacks something, or holds what a report cannot say."""


@dataclass(frozen=True)
class Site:
    """Who observed where, with what, and against which catalogues; every text as ADES takes it.

    Parameters
    ----------
    station : str
        Code of the observatory.
    context : tuple of Group
        The context of the ADES document.
    mode : str
        ``CCD`` or ``CMO``.
    ast_cat, phot_cat : str
        Catalogues of the astrometry and of the photometry, as the Minor Planet Center abbreviates them.
    bands : mapping
        ADES band of each name of a filter, beside those that are known anyway.
    minimum_positions : int
        Tracklets with fewer good positions are left out.
    unc_time : str
        What the clock may be off by [s], as text; '' where it is not said.
    contact : tuple of str
        Addresses to which the Minor Planet Center acknowledges 80 columns.
    """

    station: str
    context: tuple[Group, ...]
    ast_cat: str
    phot_cat: str
    mode: str = "CCD"
    bands: Mapping[str, str] = field(default_factory=dict)
    minimum_positions: int = 3
    unc_time: str = ""
    contact: tuple[str, ...] = ()

    def texts(self, group: str, name: str) -> tuple[str, ...]:
        """Return the texts of a name in a group of the context."""
        return tuple(
            text for one in self.context if one.name == group for key, text in one.items if key == name
        )


def read_site(path: Path) -> Site:
    """Read a site file and check all of it.

    Raises
    ------
    SiteError
        Naming the file, the key and the remedy.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SiteError("no such file", where=path, remedy="write a site file, or check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SiteError(f"not TOML ({error})", where=path, remedy="check its syntax") from error
    return _Reader(path.name, told).site()


class _Reader:
    """Takes the keys of a site file one by one."""

    def __init__(self, where: str, told: dict[str, Any]) -> None:
        self._where, self._told = where, told

    def site(self) -> Site:
        if strange := [key for key in self._told if key not in _KEYS]:
            raise self._refused(strange[0], "no such key", f"known are {', '.join(_KEYS)}")
        for name in _TABLES:
            self._table(name)
        telescope, catalogues = self._table("telescope"), self._table("catalogues")
        mode = telescope.pop("mode", "CCD")
        if mode not in _MODES:
            raise self._refused("telescope.mode", f"{mode!r}", f"choose one of {', '.join(_MODES)}")
        ast_cat = catalogues["astCat"]
        for key, catalogue in catalogues.items():
            if not is_known(catalogue):
                raise self._refused(
                    f"catalogues.{key}",
                    f"{catalogue!r} is no catalogue",
                    "abbreviate it as ADES does: Gaia3E",
                )
        return Site(
            station=self._station(),
            context=self._context(telescope),
            ast_cat=ast_cat,
            phot_cat=catalogues.get("photCat", ast_cat),
            mode=mode,
            bands=self._bands(),
            minimum_positions=self._minimum(),
            unc_time=self._value("uncTime", self._told["uncTime"]) if "uncTime" in self._told else "",
            contact=tuple(self._names("contact", "name")) if "contact" in self._told else (),
        )

    def _station(self) -> str:
        code = self._told.get("station")
        if not isinstance(code, str) or not _STATION.fullmatch(code):
            raise self._refused(
                "station", f"{code!r} is no observatory code" if code is not None else "missing",
                'give three characters as "950"; XXX until the Minor Planet Center gives one',
            )  # fmt: skip
        if code in ROVING:
            raise self._refused("station", f"{code} is a roving observer", "report from a fixed observatory")
        return code

    def _context(self, telescope: dict[str, str]) -> tuple[Group, ...]:
        observatory = [("mpcCode", self._station())]
        if "observatory" in self._told:
            observatory.append(("name", self._value("name", self._told["observatory"], "observatory")))
        groups = [
            Group("observatory", tuple(observatory)),
            Group("submitter", tuple(self._table("submitter").items())),
            *(
                Group(name, tuple(("name", text) for text in self._names(name, "name")))
                for name in ("observers", "measurers")
            ),
            Group("telescope", tuple(telescope.items())),
        ]
        if software := self._table("software"):
            groups.append(Group("software", tuple(software.items())))
        for name in ("coinvestigators", "collaborators"):
            if name in self._told:
                groups.append(Group(name, tuple(("name", text) for text in self._names(name, "name"))))
        if "fundingSource" in self._told:
            groups.append(
                Group("fundingSource", text=self._value("fundingSource", self._told["fundingSource"]))
            )
        if "comments" in self._told:
            groups.append(Group("comment", tuple(("line", text) for text in self._names("comments", "line"))))
        return tuple(groups)

    def _table(self, name: str) -> dict[str, str]:
        needed, allowed = _TABLES[name]
        told = self._told.get(name, {})
        if name == "submitter" and isinstance(told, str):
            told = {"name": told}
        if not isinstance(told, dict):
            raise self._refused(name, "not a table", f"write [{name}]")
        for key in (*told, *needed):
            if key not in (*needed, *allowed):
                raise self._refused(
                    f"{name}.{key}", "no such key", f"known are {', '.join(needed + allowed)}"
                )
            if key not in told:
                raise self._refused(f"{name}.{key}", "missing", "add it")
        return {
            key: str(value) if key == "mode" else self._value(key, value, f"{name}.{key}")
            for key, value in told.items()
        }

    def _names(self, key: str, element: str) -> list[str]:
        told = self._told.get(key)
        names = [told] if isinstance(told, str) else told
        if not isinstance(names, list) or not names:
            raise self._refused(key, "missing" if not names else "not a list", f'give {key} = ["..."]')
        return [self._value(element, name, key) for name in names]

    def _bands(self) -> dict[str, str]:
        told = self._told.get("bands", {})
        if not isinstance(told, dict):
            raise self._refused("bands", "not a table", "write [bands]")
        return {str(name): self._value("band", band, f"bands.{name}") for name, band in told.items()}

    def _minimum(self) -> int:
        least = self._told.get("minimum_positions", 3)
        if type(least) is not int or least < LEAST_POSITIONS:
            raise self._refused("minimum_positions", f"{least!r}", f"give {LEAST_POSITIONS} or more")
        return least

    def _value(self, element: str, value: Any, key: str = "") -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._refused(key or element, f"{value!r} is neither text nor number", "write it as one")
        text = value.strip() if isinstance(value, str) else f"{value}"
        if fault := _TYPES[element].fault(text) or (
            "" if text.isprintable() else f"{text!r} is not one line"
        ):
            raise self._refused(key or element, fault, "see the site file in the guide")
        return text

    def _refused(self, key: str, what: str, remedy: str) -> SiteError:
        return SiteError(f"{key}: {what}", where=self._where, remedy=remedy)
