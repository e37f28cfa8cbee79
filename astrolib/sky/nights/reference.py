"""The reference catalogue of a simulated night: stars as Gaia lists them, at its epoch."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.table import QTable, Table
from astropy.time import Time

from astrolib.sky.nights.psf import Values
from astrolib.sky.nights.scene import Scene

EPOCH = 2016.0
"""Of the catalogue's positions [Julian year]."""

FAINTEST = 20.7
"""G magnitude of the faintest star that is listed."""

_UNMEASURED = 0.02  # share of the stars without proper motion
_G_FROM_R = (-0.09837, 0.08592, 0.1907, -0.1701, 0.02263)  # in powers of BP - RP (Riello et al. 2021)
_FAST = 0.05  # share of the stars of large proper motion


def star_truth(scene: Scene, field: str, epoch: Time, rng: np.random.Generator) -> QTable:
    """Return the truth about the sources of a field, one row a source.

    Columns: ``star`` (number, unique with ``field``), ``field``, ``source_id``, ``kind`` (star or galaxy),
    ``ra``, ``dec`` (ICRS at `epoch`), ``ra_2016``, ``dec_2016``, ``pmra`` (with cos dec), ``pmdec``,
    ``r_mag`` (mean), ``amplitude`` (of its variation, 0 for most), ``g_mag``, ``phot_g_mean_mag``, ``bp_rp``.
    """
    count = len(scene)
    star = ~np.any(scene.blur, axis=1)
    colour = np.clip(rng.normal(1.0, 0.4, count), 0.1, 2.6)
    pmra, pmdec = (_proper_motions(star, rng) for _ in range(2))
    years = epoch.jyear - EPOCH
    ra_then = scene.ra - pmra * years / 3_600_000 / np.cos(np.radians(scene.dec))
    return QTable(
        {
            "star": np.arange(count),
            "field": np.full(count, field),
            "source_id": rng.integers(10**17, 9 * 10**18, count),
            "kind": np.where(star, "star", "galaxy"),
            "ra": scene.ra * u.deg,
            "dec": scene.dec * u.deg,
            "ra_2016": ra_then % 360 * u.deg,
            "dec_2016": (scene.dec - pmdec * years / 3_600_000) * u.deg,
            "pmra": pmra * u.mas / u.yr,
            "pmdec": pmdec * u.mas / u.yr,
            "r_mag": scene.mag * u.mag,
            "amplitude": scene.amplitude * u.mag,
            "g_mag": (scene.mag + 0.55 * colour - 0.05) * u.mag,
            "phot_g_mean_mag": (scene.mag + np.polyval(_G_FROM_R[::-1], colour)) * u.mag,
            "bp_rp": colour * u.mag,
        }
    )


def reference_catalogue(truth: QTable, rng: np.random.Generator) -> Table:
    """Return what a catalogue lists of the true stars: bright enough ones, with its own errors.

    Columns as in Gaia's third release, ``ra`` and ``dec`` at ``ref_epoch``, and the magnitudes ``g_mag`` and
    ``r_mag`` of another survey. Galaxies are not listed; two stars in a hundred have no proper motion.
    """
    bright = truth["phot_g_mean_mag"].value < FAINTEST
    stars = truth[bright & (truth["kind"] == "star")]
    error = 0.05 * 10 ** (0.2 * np.maximum(stars["phot_g_mean_mag"].value - 15, 0))  # [mas]
    east, north = (rng.normal(0, 1, len(stars)) * error / 3_600_000 for _ in range(2))
    unmeasured = rng.random(len(stars)) < _UNMEASURED
    ra = stars["ra_2016"].value + east / np.cos(stars["dec"].to_value("rad"))
    table = Table(
        {
            "source_id": stars["source_id"],
            "ra": ra * u.deg,
            "dec": (stars["dec_2016"].value + north) * u.deg,
            "ra_error": error * u.mas,
            "dec_error": error * u.mas,
            "pmra": np.where(unmeasured, np.nan, stars["pmra"].value) * u.mas / u.yr,
            "pmdec": np.where(unmeasured, np.nan, stars["pmdec"].value) * u.mas / u.yr,
            "ref_epoch": np.full(len(stars), EPOCH) * u.yr,
        }
    )
    for name, scatter in (("phot_g_mean_mag", 0.003), ("bp_rp", 0.01), ("g_mag", 0.01), ("r_mag", 0.01)):
        table[name] = (stars[name].value + rng.normal(0, scatter, len(stars))) * u.mag
    return table


def _proper_motions(star: np.ndarray, rng: np.random.Generator) -> Values:
    """Return one component of the proper motion [mas/yr]: a few, for one star in twenty a hundred or so."""
    count = len(star)
    width = np.where(rng.random(count) < _FAST, 80.0, 5.0)
    return np.where(star, rng.normal(0, 1, count) * width, 0.0)
