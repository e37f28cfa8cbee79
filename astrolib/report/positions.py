"""One measured position as an ADES record: each number with as many decimals as it is good for."""

from __future__ import annotations

import math
from typing import Any

from astropy.time import Time

from astrolib.core.errors import RefusedError
from astrolib.movers.formats import Identity, Record
from astrolib.movers.formats.ades_time import time_fault
from astrolib.report.bands import band_of
from astrolib.report.site import Site

_NOTES = {"edge": "E", "blended": "I"}
_TRAILED = "t"
_LEAST_ERROR = 0.001


class PositionError(RefusedError):
    """A row of detections is no position that could be reported."""


def record_of(row: Any, identity: Identity, site: Site) -> Record:
    """Return a row of detections as an optical record.

    Time is written to the millisecond, positions to a millionth of a degree, errors to a milliarcsecond,
    magnitudes to a hundredth; what is not finite is left out.

    Parameters
    ----------
    row : Row
        Of the schema `DETECTION`.
    identity : Identity
        The object's names; the record holds those that are not ''.
    site : Site
        Where it was observed from, and against which catalogues.

    Raises
    ------
    PositionError
        If the position is not finite, its time cannot be read, or a flag is no text for a report.
    RefusedError
        If nobody says which band its filter is.
    """
    names = {"permID": identity.perm_id, "provID": identity.prov_id, "trkSub": identity.trk_sub}
    fields = {name: text for name, text in names.items() if text}
    fields |= {"mode": site.mode, "stn": site.station, "obsTime": _time(str(row["obstime"]))}
    fields |= _place(row) | {"astCat": site.ast_cat} | _photometry(row, site) | _circumstances(row)
    if site.unc_time:
        fields["uncTime"] = site.unc_time
    flags = _flags(row)
    trail, width = _number(row, "trail_length", "arcsec"), _number(row, "fwhm", "arcsec")
    notes = [_NOTES[flag] for flag in flags if flag in _NOTES]
    if trail > 0 and not trail <= width:
        notes.insert(0, _TRAILED)
    if notes:
        fields["notes"] = "".join(notes)
    if flags:
        fields["remarks"] = ", ".join(flags)[:300]
    return Record("optical", fields)


def _time(value: str) -> str:
    text = value.strip().removesuffix("Z")
    if fault := time_fault(f"{text}Z"):
        raise PositionError(fault, where="detections, obstime", remedy="give ISO 8601 in UTC")
    return f"{Time(text, format='isot', scale='utc', precision=3).isot}Z"


def _place(row: Any) -> dict[str, str]:
    ra, dec = _number(row, "ra", "deg"), _number(row, "dec", "deg")
    if not (math.isfinite(ra) and -90 <= dec <= 90):
        raise PositionError(
            f"no position ({ra}, {dec})", where="detections, ra and dec", remedy="mark it invalid"
        )
    written = f"{ra % 360:.6f}"
    fields = {"ra": "0.000000" if written == "360.000000" else written, "dec": f"{dec:.6f}"}
    errors = {"rmsRA": _number(row, "rms_ra", "arcsec"), "rmsDec": _number(row, "rms_dec", "arcsec")}
    if all(0 < error < 1000 for error in errors.values()):
        fields |= {name: f"{max(error, _LEAST_ERROR):.3f}" for name, error in errors.items()}
        correlation = _number(row, "rms_corr", "")
        if -1 < correlation < 1:
            fields["rmsCorr"] = f"{math.copysign(min(abs(correlation), 0.999), correlation):.3f}"
    return fields


def _photometry(row: Any, site: Site) -> dict[str, str]:
    magnitude = _number(row, "mag", "mag")
    if not -5 <= magnitude <= 35:
        return {}
    fields = {"mag": f"{magnitude:.2f}"}
    error = _number(row, "rms_mag", "mag")
    if 0 < error < 10:
        fields["rmsMag"] = f"{max(error, _LEAST_ERROR):.3f}"
    return fields | {"band": band_of(str(row["band"]), site.bands), "photCat": site.phot_cat}


def _circumstances(row: Any) -> dict[str, str]:
    fields = {}
    snr, width, exposure = (
        _number(row, name, unit) for name, unit in (("snr", ""), ("fwhm", "arcsec"), ("exptime", "s"))
    )
    if 0 < snr < 1e9:
        fields["logSNR"] = f"{math.log10(snr):.3f}"
    if 0.01 <= width < 100:
        fields["seeing"] = f"{width:.2f}"
    if 0.01 <= exposure < 1000:
        fields["exp"] = f"{exposure:.2f}"
    elif 1000 <= exposure < 100_000:
        fields["exp"] = f"{exposure:.0f}"
    return fields


def _flags(row: Any) -> list[str]:
    text = str(row["flags"]) if "flags" in row.colnames else ""
    if "|" in text or not text.isprintable():
        raise PositionError(
            f"{text!r}", where="detections, flags", remedy="write them on one line, without |"
        )
    return [flag for flag in (part.strip() for part in text.split(",")) if flag]


def _number(row: Any, name: str, unit: str) -> float:
    if name not in row.colnames:
        return math.nan
    value = row[name]
    if hasattr(value, "to_value"):
        return float(value.to_value(unit) if unit else value.value)
    return float(value) if value is not None and not hasattr(value, "mask") else math.nan
