"""The light of one exposure: sky, what stands, what moves, and a ghost."""

from __future__ import annotations

import numpy as np

from astrolib.sky.nights import defects
from astrolib.sky.nights.conditions import Exposure
from astrolib.sky.nights.motion import Movers, draw_movers
from astrolib.sky.nights.placement import pixels
from astrolib.sky.nights.psf import Image
from astrolib.sky.nights.scene import FAINTEST, Scene, draw_sources


def light(scene: Scene, movers: Movers, exposure: Exposure, ghost: tuple[float, float]) -> Image:
    """Return the light that falls on a detector [e-].

    Parameters
    ----------
    scene : Scene
        What stands still; its brightest star on the detector has a ghost.
    movers : Movers
        What moves.
    exposure : Exposure
        When and how.
    ghost : tuple of float
        Radius [pixel] and surface brightness [e-/pixel] of the ghost.
    """
    width, height = exposure.wcs.pixel_shape
    image = _background(exposure)
    draw_sources(image, scene, exposure)
    draw_movers(image, movers, exposure, faintest=FAINTEST * float(np.sqrt(exposure.sky)))
    x, y = pixels(exposure.wcs, scene.ra, scene.dec)
    inside = (x > 0) & (y > 0) & (x < width) & (y < height)
    if inside.any():
        brightest = np.argmin(np.where(inside, scene.mag, np.inf))
        place = float(width - x[brightest]), float(height - y[brightest])
        image += defects.ghost((height, width), place, *ghost)
    return image


def _background(exposure: Exposure) -> Image:
    width, height = exposure.wcs.pixel_shape
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    right, up, curved = (np.float32(value) for value in exposure.gradient)
    return np.float32(exposure.sky) * (1 + right * x + up * y + curved * (x**2 + y**2))
