"""One science exposure on one chip: its raw pixels, its reduced frame, and the truth about both."""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable, Table
from astropy.time import TimeDelta
from numpy.typing import NDArray
from scipy.ndimage import label

from astrolib.images.frame import ReducedFrame
from astrolib.sky.nights import defects
from astrolib.sky.nights.conditions import EXPOSURE, POINTING_ERROR, Exposure
from astrolib.sky.nights.detector import Detector
from astrolib.sky.nights.light import light
from astrolib.sky.nights.placement import pixels
from astrolib.sky.nights.programme import BAND, NIGHT, NightField, Shot
from astrolib.sky.nights.psf import Image
from astrolib.sky.nights.truth import mover_truth

HITS = 40.0
"""Cosmic hits on a million pixels."""

_GHOST = 40.0, 8.0  # radius [pixel], surface brightness [e-/pixel]


@dataclass(frozen=True, eq=False)
class ShotTruth:
    """What is true of an exposure on one chip: of the frame, its movers, its stars, and its hit pixels."""

    frame: QTable
    movers: QTable
    places: Table
    hits: Table


@dataclass(frozen=True, eq=False)
class ChipShot:
    """What one chip took.

    Parameters
    ----------
    raw : ndarray of uint16
        With overscan.
    reduced : ReducedFrame
        Reduced with the true properties of the chip and the true WCS; bad pixels are masked.
    truth : ShotTruth
        What is true of it.
    """

    raw: NDArray[np.uint16]
    reduced: ReducedFrame
    truth: ShotTruth


def take(
    field: NightField, shot: Shot, detector: Detector, trailed: bool, rng: np.random.Generator
) -> ChipShot:
    """Take an exposure of a field; `trailed` if a satellite crosses it."""
    camera, chip = detector.camera, detector.chip
    exposure = shot.on(camera, chip)
    image = light(field.scene, field.movers, exposure, _GHOST)
    if trailed:
        image += defects.satellite_trail(camera.shape, exposure.psf.fwhm, float(np.sqrt(exposure.sky)), rng)
    image *= detector.flat
    image += np.sqrt(image) * rng.standard_normal(camera.shape, dtype=np.float32)
    hits = defects.cosmic_rays(camera.shape, HITS * image.size / 1e6, rng)
    raw = detector.read_out(image + hits, EXPOSURE, rng)
    name = f"{shot.name}.fits" if len(camera.chips) == 1 else f"{shot.name}-{chip.name}.fits"
    truth = ShotTruth(
        frame=_row(shot, exposure, detector, field.name, name),
        movers=_movers(field, exposure, detector, name),
        places=_places(field, exposure, detector, name),
        hits=_hits(hits, name),
    )
    return ChipShot(raw, _reduced(raw, shot, exposure, detector, name, rng), truth)


def _reduced(
    raw: NDArray[np.uint16],
    shot: Shot,
    exposure: Exposure,
    detector: Detector,
    name: str,
    rng: np.random.Generator,
) -> ReducedFrame:
    camera, chip, width = detector.camera, detector.chip, detector.camera.shape[1]
    rows = np.arange(len(raw))
    level = np.polyval(np.polyfit(rows, raw[:, width:].mean(axis=1), 1), rows).astype(np.float32)
    data = (
        raw[:, :width] - level[:, None] - detector.pattern - detector.dark * np.float32(EXPOSURE / chip.gain)
    )
    saturated = raw[:, :width] >= camera.full_well - 300
    wcs = exposure.wcs.deepcopy()
    wcs.wcs.crval += rng.normal(0, POINTING_ERROR / 3600, 2) / (np.cos(np.radians(wcs.wcs.crval[1])), 1)
    wcs.wcs.set()
    return ReducedFrame(
        data=(data / detector.flat).astype(np.float32),
        wcs=wcs,
        mid=shot.start + TimeDelta(EXPOSURE / 2, format="sec"),
        exposure=EXPOSURE,
        gain=chip.gain,
        read_noise=chip.read_noise,
        zero_point=_zero_point(exposure, detector),
        band=BAND,
        station=camera.station,
        saturate=0.9 * (camera.full_well - chip.bias),
        name=name,
        mask=detector.bad | saturated,
    )


def _zero_point(exposure: Exposure, detector: Detector) -> float:
    """Return the magnitude of a source of 1 ADU where the flat is 1."""
    return exposure.zero_point - 2.5 * float(np.log10(detector.chip.gain))


def _row(shot: Shot, exposure: Exposure, detector: Detector, field: str, name: str) -> QTable:
    ra, dec = exposure.wcs.all_pix2world((np.array(detector.camera.shape[::-1]) - 1)[None] / 2, 0)[0]
    middle = shot.start + TimeDelta(EXPOSURE / 2, format="sec")
    return QTable(
        {
            "frame": [name],
            "raw": [f"{shot.name}.fits"],
            "chip": [detector.chip.name],
            "field": [field],
            "obstime": [middle.isot],
            "zero_point": [_zero_point(exposure, detector)] * u.mag,
            "clouds": [shot.clouds] * u.mag,
            "fwhm": [exposure.psf.fwhm] * u.pix,
            "ellipticity": [exposure.psf.ellipticity],
            "sky": [exposure.sky / detector.chip.gain] * u.adu / u.pix,
            "ra": [ra] * u.deg,
            "dec": [dec] * u.deg,
            "axis_ra": [shot.pointing[0]] * u.deg,
            "axis_dec": [shot.pointing[1]] * u.deg,
            "turn": [shot.turn] * u.deg,
        }
    )


def _movers(field: NightField, exposure: Exposure, detector: Detector, name: str) -> QTable:
    table = mover_truth(field.movers, [exposure], detector.chip.read_noise, NIGHT, [name])
    table["field"] = np.full(len(table), field.name)
    table["kind"] = np.array([kind.name for kind in field.kinds])[table["mover"]]
    table["name"] = np.asarray(field.ephemerides["name"])[table["mover"]]
    table["known"] = np.asarray(field.ephemerides["known"])[table["mover"]]
    return table


def _places(field: NightField, exposure: Exposure, detector: Detector, name: str) -> Table:
    height, width = detector.camera.shape
    x, y = pixels(exposure.wcs, field.scene.ra, field.scene.dec)
    on = np.flatnonzero((x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5))
    mag = field.scene.mag_at(exposure.middle)[on]
    flux = 10 ** (0.4 * (_zero_point(exposure, detector) - mag))
    return Table(
        {
            "frame": np.full(len(on), name),
            "field": np.full(len(on), field.name),
            "star": on,
            "x": x[on],
            "y": y[on],
            "mag": mag,
            "adu": flux,
        }
    )


def _hits(image: Image, name: str) -> Table:
    number, _ = label(image > 0, np.ones((3, 3)))
    y, x = np.nonzero(image)
    columns = {"hit": number[y, x], "x": x, "y": y, "electrons": image[y, x]}
    return Table({"frame": np.full(len(x), name), **columns})
