"""A reference catalogue of stars: read, and moved by proper motion to the epoch of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.io import ascii as text_tables
from astropy.table import Table
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.core.errors import AstrolibError, UnreadableFileError
from astrolib.core.fits import open_fits
from astrolib.core.votable import read_votable

EPOCH = 2016.0
"""Of the positions, where no row says another: that of Gaia DR3 [Julian year]."""

_NAMES = {"ra_icrs": "ra", "de_icrs": "dec", "pmde": "pmdec", "gmag": "phot_g_mean_mag", "bp-rp": "bp_rp"}
"""Names that VizieR gives Gaia's columns."""

_UNITS = {"ra": u.deg, "dec": u.deg, "pmra": u.mas / u.yr, "pmdec": u.mas / u.yr}
_YEARS = 200.0  # from the usual epoch: what is further is none
_MAS = 1 / 3_600_000
_OWN = ("{band}_mag", "{band}mag", "mag_{band}", "phot_{band}_mean_mag", "{band}_psf_mag", "{band}")
_SLOAN_R = (0.09837, -0.08592, -0.1907, 0.1701, -0.02263)  # r - G in powers of BP - RP, -0.3 to 2.7

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reference:
    """Stars whose places are known, each array of shape (stars,).

    Parameters
    ----------
    ra, dec : ndarray
        ICRS, at `epoch` [deg].
    pmra, pmdec : ndarray
        Proper motion, the first with cos dec; 0 where it is not known [mas/yr].
    epoch : ndarray
        [Julian year]
    magnitudes : mapping of str to ndarray
        What the catalogue holds of magnitudes and colours, by column in lower case.
    """

    ra: Values
    dec: Values
    pmra: Values
    pmdec: Values
    epoch: Values
    magnitudes: dict[str, Values]

    def __len__(self) -> int:
        return len(self.ra)

    def at(self, time: Time) -> tuple[Values, Values]:
        """Return right ascension and declination of each star at a time, ICRS [deg]."""
        years = float(time.tcb.jyear) - self.epoch
        dec = self.dec + self.pmdec * _MAS * years
        return (self.ra + self.pmra * _MAS * years / np.cos(np.radians(self.dec))) % 360, dec

    def near(self, ra: float, dec: float, radius: float) -> Reference:
        """Return the stars within a radius of a place [deg]."""
        there = unit_vectors(np.array([ra]), np.array([dec]))[0]
        chord = np.linalg.norm(unit_vectors(self.ra, self.dec) - there, axis=1)
        return self.rows(chord < 2 * np.sin(np.radians(radius) / 2))

    def rows(self, chosen: NDArray) -> Reference:
        """Return some of the stars."""
        places = {name: getattr(self, name)[chosen] for name in ("ra", "dec", "pmra", "pmdec", "epoch")}
        known = {name: column[chosen] for name, column in self.magnitudes.items()}
        return Reference(**places, magnitudes=known)

    def magnitude(self, band: str) -> tuple[Values, str]:
        """Return magnitudes in a band, and how they were had; NaN where a star has none.

        The catalogue's own column of the band; for Sloan r else G and BP - RP of Gaia (Riello et al. 2021,
        A&A 649, A3, table C.2); else G as it is, which leaves a colour term in the zero point.
        """
        plain = band.strip().lower().removeprefix("sloan").strip(" '_-\"")
        for pattern in _OWN if plain else ():
            if (name := pattern.format(band=plain)) in self.magnitudes:
                return self.magnitudes[name], name
        green, colour = (self.magnitudes.get(name) for name in ("phot_g_mean_mag", "bp_rp"))
        if green is None:
            return np.full(len(self), np.nan), ""
        if plain[:1] == "r" and colour is not None:
            known = np.where((colour > -0.3) & (colour < 2.7), colour, np.nan)
            return green + np.polynomial.polynomial.polyval(known, _SLOAN_R), "r from G and BP - RP"
        return green, "G as it is"

    def brightness(self) -> Values:
        """Return a magnitude by which to order the stars: that of the first column of magnitudes."""
        columns = [column for name, column in self.magnitudes.items() if "mag" in name or len(name) == 1]
        return columns[0] if columns else np.zeros(len(self))


def unit_vectors(ra: Values, dec: Values) -> Values:
    """Return places on the unit sphere, shape (n, 3)."""
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)


def read_reference(path: Path) -> Reference:
    """Read a catalogue with the columns of Gaia: ra, dec [deg], pmra, pmdec [mas/yr], ref_epoch, magnitudes.

    Parameters
    ----------
    path : Path
        ECSV, CSV, VOTable or FITS, with the names of Gaia's archive or of VizieR. A place or a proper motion
        that is in another unit, as the table says, is converted.

    Raises
    ------
    UnreadableFileError
        If it is none of these, lacks ra or dec, or no row has a place and an epoch that can be.
    """
    table = _table(path)
    columns = {_NAMES.get(name.lower(), name.lower()): name for name in table.colnames}
    numbers = {
        low: _numbers(table[name], _UNITS.get(low), path)
        for low, name in columns.items()
        if _numeric(table[name])
    }
    if not {"ra", "dec"} <= set(numbers):
        raise UnreadableFileError(
            f"it has the columns {', '.join(table.colnames[:8])}, but no numbers in ra and dec",
            where=path.name,
            remedy="give a catalogue with the columns of Gaia",
        )
    none = np.zeros(len(table))
    epoch = numbers.get("ref_epoch", none + EPOCH)
    placed = np.isfinite(numbers["ra"]) & (np.abs(numbers["dec"]) <= 90) & ~(np.abs(epoch - EPOCH) > _YEARS)
    if not placed.any():
        raise UnreadableFileError(
            f"none of its {len(table)} rows has a place (ra, dec) and an epoch (ref_epoch) that can be",
            where=path.name,
            remedy="give degrees, and Julian years",
        )
    known = ("ra", "dec", "pmra", "pmdec", "ref_epoch")
    return Reference(
        numbers["ra"],
        numbers["dec"],
        np.nan_to_num(numbers.get("pmra", none)),
        np.nan_to_num(numbers.get("pmdec", none)),
        np.where(np.isfinite(epoch), epoch, EPOCH),
        {name: column for name, column in numbers.items() if name not in known},
    ).rows(placed)


def _table(path: Path) -> Table:
    if not path.is_file():
        raise UnreadableFileError("no such file", where=path, remedy="give the file of a catalogue")
    with path.open("rb") as stream:
        head = stream.read(512)
    try:
        if head.startswith(b"SIMPLE  ="):
            with open_fits(path) as hdus:
                return Table(next(hdu.data for hdu in hdus if not hdu.is_image).copy())
        if b"<VOTABLE" in head or head.lstrip().startswith((b"<?xml", b"\x1f\x8b")):
            return read_votable(path).get_first_table().to_table(use_names_over_ids=True)
        return text_tables.read(path, format="ecsv" if head.startswith(b"# %ECSV") else "csv")
    except AstrolibError:
        raise
    except Exception as error:  # what a stranger's file makes the readers raise has no bounds
        raise UnreadableFileError(
            f"no catalogue ({type(error).__name__}: {error})",
            where=path.name,
            remedy="give ECSV, CSV, VOTable or FITS",
        ) from error


def _numeric(column: object) -> bool:
    return getattr(column, "dtype", np.dtype("U1")).kind in "fiu" and getattr(column, "ndim", 2) == 1


def _numbers(column: object, unit: u.UnitBase | None, path: Path) -> Values:
    """Return a column as plain numbers, in a unit if there is one; NaN where it is masked."""
    values = np.ma.asarray(getattr(column, "value", column), dtype=np.float64)
    told = getattr(column, "unit", None)
    try:
        factor = u.Unit(told).to(unit) if told and unit else 1.0
    except (u.UnitConversionError, TypeError, ValueError):
        raise UnreadableFileError(
            f"{getattr(column, 'name', '')} is in {told}", where=path.name, remedy=f"give it in {unit}"
        ) from None
    return np.asarray(np.ma.filled(values, np.nan), dtype=np.float64) * factor
