"""The programme of a simulated night: its fields, and when each exposure was made under which sky."""

from __future__ import annotations

from dataclasses import dataclass, replace

import astropy.units as u
import numpy as np
from astropy.table import QTable
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.sky.nights.cameras import Chip, NightCamera, chip_wcs
from astrolib.sky.nights.conditions import CADENCE, EXPOSURE, Exposure
from astrolib.sky.nights.known import Kind, draw_objects, ephemerides
from astrolib.sky.nights.motion import Movers
from astrolib.sky.nights.placement import PIXEL_SCALE, tangent
from astrolib.sky.nights.psf import Psf
from astrolib.sky.nights.reference import star_truth
from astrolib.sky.nights.scene import Scene, depth_of, draw_scene

NIGHT = Time("2025-03-04T22:10:00", scale="utc")
"""Start of the first science exposure."""

BAND = "r"

_PLACES = ((152.31, 11.62), (166.84, 6.27), (143.02, 15.40), (178.55, 1.88))  # near the ecliptic [deg]
_DENSITIES = (9.0, 24.0, 12.0, 40.0)  # stars a square arcminute
_DITHER = 12.0  # standard deviation of the offsets [arcsec]
_ZERO_POINT, _SKY = 25.6, 20.7  # of 1 e-/s [mag], [mag/arcsec^2]
_BETA = 2.8
_SLOPE = 0.2  # of the number counts of stars [1/mag]


@dataclass(frozen=True)
class Shot:
    """One exposure of a field.

    Parameters
    ----------
    name : str
        Of the frame, without suffix.
    pointing : tuple of float
        ra and dec of the optical axis [deg].
    turn : float
        By how much north is turned from up [deg].
    exposure : Exposure
        The sky and the seeing; its WCS is that of the whole focal plane.
    clouds : float
        Light lost [mag].
    """

    name: str
    pointing: tuple[float, float]
    turn: float
    exposure: Exposure
    clouds: float

    def on(self, camera: NightCamera, chip: Chip) -> Exposure:
        """Return the exposure as one chip took it."""
        return replace(self.exposure, wcs=chip_wcs(camera, chip, self.pointing, self.turn))

    @property
    def start(self) -> Time:
        """Start of the exposure."""
        return NIGHT + self.exposure.start * u.s


@dataclass(frozen=True, eq=False)
class NightField:
    """One field of the night.

    Parameters
    ----------
    name : str
        What it is called.
    scene, stars : Scene, QTable
        What stands still, and the truth about it.
    movers, kinds : Movers, list of Kind
        What moves.
    ephemerides : QTable
        What others know of it.
    shots : tuple of Shot
        By time.
    """

    name: str
    scene: Scene
    stars: QTable
    movers: Movers
    kinds: list[Kind]
    ephemerides: QTable
    shots: tuple[Shot, ...]


def draw_field(
    number: int, camera: NightCamera, frames: int, movers: int, rng: np.random.Generator
) -> NightField:
    """Draw a field of the night: the first is sparse, the second crowded, and so on.

    Parameters
    ----------
    number : int
        From 0.
    camera : NightCamera
        The camera.
    frames, movers : int
        How many exposures, and objects that move.
    rng : numpy.random.Generator
        The source of chance.
    """
    name = f"field{number + 1}"
    shots = _shots(name, number, camera, frames, rng)
    exposures = [shot.exposure for shot in shots]
    noise2 = exposures[0].sky + camera.chips[0].read_noise ** 2
    depth = depth_of(exposures[0], noise2, 3.0)
    scene = draw_scene(_DENSITIES[number % len(_DENSITIES)], exposures[0].wcs, rng, depth=depth, slope=_SLOPE)
    moving, kinds = draw_objects(movers, exposures, camera.chips[0].read_noise, rng)
    known = ephemerides(moving, kinds, name, NIGHT, rng)
    return NightField(name, scene, star_truth(scene, name, NIGHT, rng), moving, kinds, known, shots)


def _shots(
    name: str, number: int, camera: NightCamera, frames: int, rng: np.random.Generator
) -> tuple[Shot, ...]:
    """Return the exposures of a field: those of several fields follow one another, and start again."""
    centre, turn = _PLACES[number % len(_PLACES)], float(rng.normal(0, 0.4))
    seeing = np.clip(3.6 + np.cumsum(rng.normal(0, 0.25, frames)), 3.2, 4.6)
    clouds = np.abs(rng.normal(0, 0.1, frames))
    shots = []
    for frame in range(frames):
        offset = rng.normal(0, _DITHER, 2) / 3600
        pointing = float(centre[0] + offset[0] / np.cos(np.radians(centre[1]))), float(centre[1] + offset[1])
        start = frame * CADENCE + number * (EXPOSURE + 40)
        focal = tangent(pointing, turn, camera.footprint)
        exposure = _exposure(start, float(seeing[frame]), float(clouds[frame]), focal, rng)
        shots.append(Shot(f"{name}-{frame + 1:02d}", pointing, turn, exposure, float(clouds[frame])))
    return tuple(shots)


def _exposure(start: float, fwhm: float, clouds: float, focal: WCS, rng: np.random.Generator) -> Exposure:
    zero_point = _ZERO_POINT + 2.5 * float(np.log10(EXPOSURE))
    sky = 10 ** (0.4 * (zero_point - _SKY)) * PIXEL_SCALE**2 * float(rng.uniform(0.9, 1.1))
    return Exposure(
        start=start,
        psf=Psf(fwhm, float(rng.uniform(0.01, 0.12)), float(rng.uniform(0, np.pi)), _BETA),
        zero_point=zero_point - clouds,
        sky=sky,
        growth=(float(rng.normal(0, 0.01)), float(rng.normal(0, 0.01))),
        gradient=(float(rng.normal(0, 0.01)), float(rng.normal(0, 0.01)), 0.0),
        wcs=focal,
    )
