"""A field of moving objects with truth, in the regimes in which a search is measured.

What is assumed, and drawn anew for each seed:

- Points are elliptical Moffat profiles (exponent 2.5 in half of the fields, else 2.3 to 6), FWHM 3.2 to 4.6
  pixels and ellipticity to 0.15, another in each frame; in half of the fields it is the same all over a
  frame, in the others a few per cent wider towards an edge.
- Gain 1 to 3 e-/ADU, read noise 3 to 9 e-, sky 19.8 to 21.2 mag/arcsec^2 with gradients of some per cent,
  its mean taken out in one field of four; clouds of a tenth of a magnitude. The noise is Gaussian
  with the variance of the light and the read-out.
- Star counts rise by 0.12 to 0.35 dex a magnitude, from 12 mag to a star of a signal-to-noise ratio of 2 to
  5; 1.5 % of the stars vary by up to 1.4 mag. Galaxies are Moffat profiles with wider ellipses.
- 30 % of the fields are dithered by up to 10 arcsec in each coordinate; a third is still to the pixel; the
  others drift by parts of one. The headers' WCS are off by 0.03 arcsec in each coordinate.
- A mover's signal-to-noise ratio, its median over frames, is drawn from the regime's range: evenly in the
  logarithm for half of the fields, with more faint ones for the others. Rates are even in the logarithm. Half
  of the movers have a light curve, 15 % a curved path. They may enter or leave the field.
- 30 to 150 cosmic hits a frame of 2048 x 2048 (tracks to 60 pixels), one hot or cold pixel in 10,000, some
  of which flicker, one bad column or two, a satellite trail in one frame or two, a ghost of the brightest
  star on the other side of the frame's middle, bleeding along columns.

Nothing is masked, the names of the frames are in no order, and the frames are listed by name.
"""

from __future__ import annotations

from dataclasses import dataclass

import astropy.units as u
import numpy as np
from astropy.table import QTable
from astropy.time import Time, TimeDelta

from astrolib.images.frame import ReducedFrame
from astrolib.sky.nights import defects
from astrolib.sky.nights.conditions import (
    EXPOSURE,
    POINTING_ERROR,
    Camera,
    Exposure,
    draw_camera,
    draw_exposures,
)
from astrolib.sky.nights.light import light
from astrolib.sky.nights.motion import Movers, draw_paths
from astrolib.sky.nights.psf import Image
from astrolib.sky.nights.regimes import REGIMES, Regime, regime_of
from astrolib.sky.nights.scene import Scene, depth_of, draw_scene
from astrolib.sky.nights.truth import mover_truth, with_magnitudes

_START = Time("2025-03-04T22:10:00", scale="utc")


@dataclass(frozen=True, eq=False)
class SimulatedField:
    """Frames and what is truly in them.

    Parameters
    ----------
    frames : list of ReducedFrame
        By name, which is not by time.
    truth : QTable
        One row a mover and frame that it is on; see `truth.mover_truth`.
    """

    frames: list[ReducedFrame]
    truth: QTable


def floor_field(
    regime: str, seed: int, shape: tuple[int, int] = (2048, 2048), movers: int = 60
) -> SimulatedField:
    """Return a field of one of the `regimes.REGIMES`.

    Parameters
    ----------
    regime : str
        sparse, crowded, packed, three, slow, fast, faint or deep.
    seed : int
        Of all that is random; the same seed is another field in another regime.
    shape : tuple of int
        ny and nx of the frames.
    movers : int
        How many; fast ones may be on the field in fewer frames than they should.

    Raises
    ------
    RefusedError
        If there is no such regime.
    """
    kind = regime_of(regime)
    rng = np.random.default_rng([seed, list(REGIMES).index(regime)])
    camera = draw_camera(rng)
    exposures = draw_exposures(kind.frames, camera, shape, rng)
    scene = draw_scene(
        kind.stars,
        exposures[0].wcs,
        rng,
        depth=_depth(exposures, camera, rng),
        slope=float(rng.uniform(0.12, 0.35)),
    )
    moving = with_magnitudes(
        draw_paths(movers, kind, exposures, rng), _ratios(movers, kind, rng), exposures, camera.read_noise
    )
    frames = _frames(scene, moving, exposures, camera, rng)
    start = _START + float(rng.uniform(0, 365)) * u.d
    names = _names(len(frames), rng)
    return SimulatedField(
        sorted(
            (
                _reduced(frame, exposure, camera, start, name, rng)
                for frame, exposure, name in zip(frames, exposures, names, strict=True)
            ),
            key=lambda frame: frame.name,
        ),
        mover_truth(moving, exposures, camera.read_noise, start, names),
    )


def _depth(exposures: list[Exposure], camera: Camera, rng: np.random.Generator) -> float:
    noise2 = exposures[0].sky + camera.read_noise**2
    return depth_of(exposures[0], noise2, float(rng.uniform(2, 5)))


def _ratios(count: int, regime: Regime, rng: np.random.Generator) -> np.ndarray:
    """Draw signal-to-noise ratios within the regime's range."""
    low, high = regime.snr
    even = rng.random(count)
    if rng.random() < 0.5:
        return low * (high / low) ** even
    return 1 / ((1 - even) * low**-0.7 + even * high**-0.7) ** (1 / 0.7)


def _frames(
    scene: Scene, movers: Movers, exposures: list[Exposure], camera: Camera, rng: np.random.Generator
) -> list[Image]:
    """Return the frames in electrons, by time."""
    shape = exposures[0].wcs.pixel_shape[::-1]
    noise = float(np.sqrt(exposures[0].sky + camera.read_noise**2))
    fixed, restless = (defects.hot_pixels(shape, share, noise, rng) for share in (1e-4, 1e-5))
    for _ in range(rng.integers(1, 3)):
        fixed += defects.bad_column(shape, noise, rng)
    trailed = set(rng.choice(len(exposures), rng.integers(1, 3), replace=False).tolist())
    ghost = float(rng.uniform(8, 60)), noise * float(rng.uniform(0.3, 3))
    hits = rng.uniform(30, 150) * shape[0] * shape[1] / 2048**2
    images = []
    for number, exposure in enumerate(exposures):
        image = light(scene, movers, exposure, ghost)
        if number in trailed:
            image += defects.satellite_trail(shape, exposure.psf.fwhm, noise, rng)
        image += fixed + restless * (rng.random(shape, dtype=np.float32) < 0.5)
        variance = np.maximum(image, 0) + np.float32(camera.read_noise**2)
        image += np.sqrt(variance) * rng.standard_normal(shape, dtype=np.float32)
        image += defects.cosmic_rays(shape, hits, rng)
        defects.bleed(image, camera.full_well)
        images.append(image)
    return images


def _reduced(
    image: Image, exposure: Exposure, camera: Camera, start: Time, name: str, rng: np.random.Generator
) -> ReducedFrame:
    wcs = exposure.wcs.deepcopy()
    error = rng.normal(0, POINTING_ERROR / 3600, 2)
    wcs.wcs.crval += error / (np.cos(np.radians(wcs.wcs.crval[1])), 1)
    wcs.wcs.set()
    return ReducedFrame(
        data=(image - np.float32(0 if camera.sky_left else exposure.sky)) / np.float32(camera.gain),
        wcs=wcs,
        mid=start + TimeDelta(exposure.middle, format="sec"),
        exposure=EXPOSURE,
        gain=camera.gain,
        read_noise=camera.read_noise,
        zero_point=exposure.zero_point - 2.5 * float(np.log10(camera.gain)) + float(rng.normal(0, 0.005)),
        band="r",
        station="950",
        saturate=_saturation(exposure, camera),
        name=name,
        uncertainty=None,
        mask=None,
    )


def _saturation(exposure: Exposure, camera: Camera) -> float:
    """Return the level of full pixels, a little low [ADU]; inf where the header does not say."""
    taken = 0.0 if camera.sky_left else exposure.sky
    return (0.98 * camera.full_well - taken) / camera.gain if camera.says_saturation else np.inf


def _names(count: int, rng: np.random.Generator) -> list[str]:
    return [f"r{number}.fits" for number in rng.choice(np.arange(100_000, 1_000_000), count, replace=False)]
