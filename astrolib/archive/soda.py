"""Ask a service to cut a spectrum before it sends it (SODA 1.0)."""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
from astropy.io.votable.tree import Param
from astropy.units import Quantity

from astrolib.archive.dali import Results
from astrolib.archive.datalink import Descriptor, descriptors, links
from astrolib.archive.http import with_params
from astrolib.archive.query import SpectrumQuery, in_unit
from astrolib.core.errors import RefusedError, ServiceError

AIR_TO_VACUUM = 3.3e-4
"""Wavelengths in air and in vacuum differ by less than this, relatively, from 2000 angstrom on."""

_SYNC = "ivo://ivoa.net/std/soda#sync"
_WHOLE = "fetch whole files instead"


@dataclass(frozen=True)
class Cutout:
    """The part of a spectrum to ask for.

    Parameters
    ----------
    band_min, band_max : Quantity
        Wavelengths between which pixels are wanted.
    fluxcalib : str
        What to do with the flux, such as ``NORMALIZED``, if the service offers it; '' leaves it alone.

    Raises
    ------
    RefusedError
        If they are no wavelengths, or not ascending.
    """

    band_min: Quantity
    band_max: Quantity
    fluxcalib: str = ""

    def __post_init__(self) -> None:
        low, high = (in_unit(end, u.m, "band") for end in (self.band_min, self.band_max))
        if not 0 < low < high < float("inf"):
            raise RefusedError(
                f"a cutout from {self.band_min} to {self.band_max}", remedy="give two, ascending"
            )

    @classmethod
    def of_query(cls, query: SpectrumQuery) -> Cutout:
        """Return the part of a spectrum that a query's band names.

        Raises
        ------
        RefusedError
            If it names none.
        """
        if query.band is None:
            raise RefusedError("a cutout without a band", remedy="give band_min and band_max")
        return cls(*sorted(query.band))

    @property
    def metres(self) -> tuple[float, float]:
        """Both ends [m], padded because the service may count in air or in vacuum."""
        low, high = in_unit(self.band_min, u.m, "band"), in_unit(self.band_max, u.m, "band")
        return low * (1 - AIR_TO_VACUUM), high * (1 + AIR_TO_VACUUM)


def cutout_address(document: Results, pubdid: str, cutout: Cutout) -> str:
    """Return the address that gives a data set's cutout.

    Parameters
    ----------
    document : Results
        The data set's DataLink document.
    pubdid : str
        The data set's identifier.
    cutout : Cutout
        What to ask for.

    Raises
    ------
    ServiceError
        If the service offers no cutout, no such calibration, or nothing in that band.
    """
    service = _service(document, pubdid)
    low, high = cutout.metres
    _check_band(service, low, high)
    sent = {param.name: _value(param, pubdid) for param in service.inputs if _value(param, pubdid)}
    sent |= {"BAND": f"{low:.10g} {high:.10g}"}
    if cutout.fluxcalib:
        sent |= {"FLUXCALIB": _calibration(service, cutout.fluxcalib)}
    return with_params(service.address, sent)


def _service(document: Results, pubdid: str) -> Descriptor:
    """Return the descriptor that a link of this data set names, else the only kind there is."""
    offered = [
        each
        for each in descriptors(document.document)
        if each.standard.startswith(_SYNC) and each.input("BAND") is not None and each.address
    ]
    named = {link.service_def for link in links(document) if link.id in ("", pubdid) and link.service_def}
    chosen = [each for each in offered if each.id in named] or offered
    if not chosen:
        raise ServiceError("the archive offers no cutout of it", where=pubdid, remedy=_WHOLE)
    return chosen[0]


def _value(param: Param, pubdid: str) -> str:
    """Return what an input is fixed to: its own value, or the data set that it refers to."""
    fixed = param.value
    if isinstance(fixed, str) and fixed:
        return fixed
    return pubdid if param.ref or (param.name or "").upper() == "ID" else ""


def _check_band(service: Descriptor, low: float, high: float) -> None:
    first, last = _limits(service)
    if high < first or low > last:
        raise ServiceError(
            f"it covers {first * 1e10:.0f} to {last * 1e10:.0f} angstrom only",
            remedy="ask for a part of that",
        )


def _limits(service: Descriptor) -> tuple[float, float]:
    """Return what the spectrum covers [m]; everything where the service does not say."""
    band = service.input("BAND")
    stated = (None, None) if band is None else (band.values.min, band.values.max)
    try:
        first, last = (float(end) for end in stated)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0, float("inf")
    return first, last


def _calibration(service: Descriptor, wanted: str) -> str:
    param = service.input("FLUXCALIB")
    if param is None:
        raise ServiceError("the archive does not calibrate fluxes", remedy="leave fluxcalib empty")
    options = [str(value) for _, value in param.values.options]
    if options and wanted not in options:
        raise ServiceError(
            f"the archive does not calibrate to {wanted}", remedy=f"choose {', '.join(options)}"
        )
    return wanted
