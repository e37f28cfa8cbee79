"""The cameras of simulated nights: a mosaic like the INT's Wide Field Camera, and one small chip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from astropy.wcs import WCS

from astrolib.core.errors import RefusedError
from astrolib.sky.nights.placement import distorted, tangent


@dataclass(frozen=True)
class Chip:
    """One detector of a camera.

    Parameters
    ----------
    name : str
        As the extension of a raw file is called.
    place : tuple of float
        Of its middle, from the optical axis [pixel]; the second coordinate is towards the north.
    turn : float
        By how much it is turned against the camera [deg].
    gain : float
        [e-/ADU]
    read_noise : float
        [e-]
    bias : float
        Level without light [ADU].
    """

    name: str
    place: tuple[float, float]
    turn: float
    gain: float
    read_noise: float
    bias: float


@dataclass(frozen=True)
class NightCamera:
    """A camera at a telescope.

    Parameters
    ----------
    name : str
        As `CAMERAS` calls it.
    chips : tuple of Chip
        One extension of a raw file each; of a single one the image is in the primary unit.
    shape : tuple of int
        ny and nx of a chip without overscan.
    overscan : int
        Columns to the right of the image that see no light.
    distortion : float
        Outward displacement in units of the third power of the distance from the axis [pixel^-2].
    vignetting : float
        Light lost at the corner that is farthest from the axis.
    telescope, instrument, station : str
        As raw headers tell them; the station is a code of the Minor Planet Center.
    """

    name: str
    chips: tuple[Chip, ...]
    shape: tuple[int, int]
    overscan: int
    distortion: float
    vignetting: float
    telescope: str
    instrument: str
    station: str = "950"

    @property
    def full_well(self) -> float:
        """Level at which all chips saturate [ADU]."""
        return 62_000.0

    @property
    def footprint(self) -> tuple[int, int]:
        """Height and width of a rectangle about the axis that holds all chips [pixel]."""
        reach = np.max([np.abs(corners(self, chip)) for chip in self.chips], axis=(0, 1))
        return 2 * int(np.ceil(reach[1])), 2 * int(np.ceil(reach[0]))


_SPACING = 2100.0  # between the middles of neighbouring chips of the mosaic [pixel]

SMALL = NightCamera(
    name="small",
    chips=(Chip("CCD1", (0.0, 0.0), 0.0, 1.5, 5.0, 1180.0),),
    shape=(1024, 1024),
    overscan=40,
    distortion=1.5e-9,
    vignetting=0.12,
    telescope="SIM-1m",
    instrument="SMALLCCD",
)
MOSAIC = NightCamera(
    name="mosaic",
    chips=(
        Chip("CCD1", (_SPACING, 0.0), 0.05, 2.9, 6.9, 1580.0),
        Chip("CCD2", (0.0, 3130.0), 90.02, 2.8, 6.0, 1640.0),
        Chip("CCD3", (-_SPACING, 0.0), -0.06, 2.6, 5.8, 1630.0),
        Chip("CCD4", (0.0, 0.0), 0.0, 2.8, 6.1, 1690.0),
    ),
    shape=(4096, 2048),
    overscan=50,
    distortion=5.6e-10,
    vignetting=0.25,
    telescope="INT",
    instrument="WFC",
)
CAMERAS: Mapping[str, NightCamera] = {camera.name: camera for camera in (SMALL, MOSAIC)}


def camera_of(name: str) -> NightCamera:
    """Return a camera by name.

    Raises
    ------
    RefusedError
        If there is none of this name.
    """
    if name not in CAMERAS:
        raise RefusedError(f"no camera {name!r}", remedy=f"take one of {', '.join(CAMERAS)}")
    return CAMERAS[name]


def axis(camera: NightCamera, chip: Chip) -> tuple[float, float]:
    """Return the 0-based pixel of a chip that the optical axis would fall on; it may be off the chip."""
    away = -_turn(chip.turn).T @ np.array(chip.place)
    return float(away[0] + (camera.shape[1] - 1) / 2), float(away[1] + (camera.shape[0] - 1) / 2)


def corners(camera: NightCamera, chip: Chip) -> np.ndarray:
    """Return the four corners of a chip from the optical axis, shape (4, 2) [pixel]."""
    half = np.array([(i * camera.shape[1] / 2, j * camera.shape[0] / 2) for i in (-1, 1) for j in (-1, 1)])
    return half @ _turn(chip.turn).T + chip.place


def chip_wcs(camera: NightCamera, chip: Chip, pointing: tuple[float, float], turn: float) -> WCS:
    """Return where the pixels of a chip look.

    Parameters
    ----------
    camera, chip : NightCamera, Chip
        The camera and one of its chips.
    pointing : tuple of float
        ra and dec of the optical axis [deg].
    turn : float
        By how much north is turned from the camera's up [deg].
    """
    wcs = tangent(pointing, turn - chip.turn, camera.shape)
    wcs.wcs.crpix = np.array(axis(camera, chip)) + 1
    wcs.wcs.set()
    return distorted(wcs, camera.distortion)


def _turn(angle: float) -> np.ndarray:
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[cosine, -sine], [sine, cosine]])
