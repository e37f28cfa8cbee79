"""From an archive's own table to the table of spectra on offer.

SSAP 1.1, section 4.2 (utypes of the query response); ObsCore 1.1, table 5 (column names).
"""

from __future__ import annotations

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.archive.columns import Columns, Role
from astrolib.archive.dali import Results
from astrolib.archive.datalink import link_addresses
from astrolib.archive.epoch import epochs
from astrolib.core.schema import SPECTRUM_OFFER

ACCREF = Role(
    utypes=("access.reference",),
    ucds=("meta.ref.url;meta.dataset", "vox:spectrum_accessreference"),
    names=("accref", "access_url", "acref", "accessurl", "access_reference", "ssa_accref"),
)
FORMAT = Role(utypes=("access.format",), names=("mime", "access_format", "format"))
SIZE = Role(utypes=("access.size",), names=("accsize", "access_estsize"))
PUBDID = Role(utypes=("curation.publisherdid",), names=("ssa_pubdid", "obs_publisher_did", "pubdid"))
TARGET = Role(utypes=("target.name",), names=("ssa_targname", "target_name"))
TITLE = Role(utypes=("dataid.title",), names=("ssa_dstitle", "obs_title"))
INSTRUMENT = Role(
    utypes=("dataid.instrument", "provenance.obsconfig.instrument.name"),
    names=("ssa_instrument", "instrument_name"),
)
COLLECTION = Role(utypes=("dataid.collection",), names=("ssa_collection", "obs_collection"))
PLACE = Role(utypes=("char.spatialaxis.coverage.location.value", "target.pos"), names=("ssa_location",))
RA = Role(
    utypes=(
        "char.spatialaxis.coverage.location.value.c1",
        "char.spatialaxis.coverage.location.coord.position2d.value2.c1",
    ),
    ucds=("pos.eq.ra;meta.main",),
    names=("s_ra",),
)
DEC = Role(
    utypes=(
        "char.spatialaxis.coverage.location.value.c2",
        "char.spatialaxis.coverage.location.coord.position2d.value2.c2",
    ),
    ucds=("pos.eq.dec;meta.main",),
    names=("s_dec",),
)
FRAME = Role(utypes=("coordsys.spaceframe.name",), names=("ssa_csysname",))
EXPTIME = Role(
    utypes=("char.timeaxis.coverage.support.extent", "char.timeaxis.coverage.bounds.extent"),
    names=("t_exptime", "ssa_timeext"),
)
BAND_MIN = Role(
    utypes=("char.spectralaxis.coverage.bounds.start", "char.spectralaxis.coverage.bounds.limits.lolimit"),
    names=("ssa_specstart", "em_min"),
)
BAND_MAX = Role(
    utypes=("char.spectralaxis.coverage.bounds.stop", "char.spectralaxis.coverage.bounds.limits.hilimit"),
    names=("ssa_specend", "em_max"),
)
BAND_MIDDLE = Role(utypes=("char.spectralaxis.coverage.location.value",), names=("ssa_specmid",))
RESOLVING_POWER = Role(
    utypes=("char.spectralaxis.respower", "char.spectralaxis.resolution.resolpower.refval"),
    names=("em_res_power",),
)
RESOLUTION = Role(utypes=("char.spectralaxis.resolution",), names=("ssa_specres",))

_EQUATORIAL = ("", "ICRS", "FK5", "UNKNOWN")  # FK5 differs from ICRS by less than 0.1 arcsec


def has_spectra(results: Results) -> bool:
    """Say whether a table has a column of access references."""
    return Columns(results.table).find(ACCREF) is not None


def offer_of(results: Results) -> QTable:
    """Return the spectra on offer in a table of results, row by row.

    What the archive does not say is left blank; a position in another frame than the equatorial ones, and
    an epoch in a scale that is not named, count as not said.
    """
    columns = Columns(results.table)
    accref, form = columns.text(ACCREF), columns.text(FORMAT)
    pubdid = columns.text(PUBDID)
    ra, dec = _position(columns)
    low, high = _band(columns)
    when = epochs(results.document, results.table, columns)
    table = {
        "pubdid": np.where(pubdid == "", accref, pubdid),
        "target": columns.text(TARGET),
        "ra": ra,
        "dec": dec,
        "obstime": when.obstime,
        "time_scale": when.time_scale,
        "time_ref": when.time_ref,
        "exptime": columns.number(EXPTIME, "s", default_unit="s"),
        "instrument": _first_text(columns, INSTRUMENT, COLLECTION),
        "resolving_power": _resolving_power(columns, low, high),
        "band_min": low,
        "band_max": high,
        "title": columns.text(TITLE),
        "format": form,
        "size": columns.number(SIZE, "kbyte", default_unit="kbyte"),
        "accref": accref,
        "datalink": link_addresses(results.document, columns, pubdid, accref, form),
    }
    return SPECTRUM_OFFER.table(
        dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)
    )


def _position(columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return right ascension and declination [deg]."""
    ra, dec = columns.number(RA, "deg", default_unit="deg"), columns.number(DEC, "deg", default_unit="deg")
    place = columns.pair(PLACE)
    ra, dec = np.where(np.isnan(ra), place[:, 0], ra), np.where(np.isnan(dec), place[:, 1], dec)
    frames = np.char.upper(columns.text(FRAME)) if len(columns) else np.array([], dtype=str)
    good = np.isin(frames, _EQUATORIAL) & (np.abs(dec) <= 90) & (np.abs(ra) <= 360)
    return np.where(good, ra % 360, np.nan), np.where(good, dec, np.nan)


def _band(columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both ends of the wavelength range, ascending [angstrom]."""
    ends = [columns.number(role, "Angstrom", default_unit="m") for role in (BAND_MIN, BAND_MAX)]
    return np.minimum(*ends), np.maximum(*ends)


def _resolving_power(
    columns: Columns, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the stated power, else the wavelength in the middle over the stated resolution."""
    stated = columns.number(RESOLVING_POWER)
    middle = columns.number(BAND_MIDDLE, "Angstrom", default_unit="m")
    middle = np.where(np.isnan(middle), (low + high) / 2, middle)
    resolution = columns.number(RESOLUTION, "Angstrom", default_unit="m")
    with np.errstate(divide="ignore", invalid="ignore"):
        derived = np.where(resolution > 0, middle / resolution, np.nan)
    return np.where(stated > 0, stated, derived)


def _first_text(columns: Columns, *roles: Role) -> NDArray[np.str_]:
    best, other = (columns.text(role) for role in roles)
    return np.where(best == "", other, best)
