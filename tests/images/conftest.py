"""Small frames with stars whose places are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images import ReducedFrame
from astrolib.sky.nights.psf import Psf, draw

SKY, GAIN, READ_NOISE = 400.0, 2.0, 6.0


@dataclass(frozen=True)
class Stars:
    """Stars on an image: their places [pixel] and fluxes [ADU], the image without sky or noise, and with."""

    x: np.ndarray
    y: np.ndarray
    flux: np.ndarray
    light: np.ndarray
    data: np.ndarray
    noise: float


@pytest.fixture(scope="session")
def stars() -> Callable[..., Stars]:
    """Return a function that draws stars of a point-spread function on an empty sky."""

    def make(psf: Psf, *, side: int = 600, count: int = 200, seed: int = 1, faintest: float = 3.2) -> Stars:
        rng = np.random.default_rng(seed)
        x, y = rng.uniform(5, side - 6, (2, count))
        flux = 10 ** rng.uniform(faintest, 5.2, count)
        light = np.zeros((side, side), dtype=np.float32)
        draw(light, (x, y), flux, psf, faintest=0.02)
        electrons = rng.poisson((light + SKY) * GAIN) + rng.normal(0, READ_NOISE, light.shape)
        noise = float(np.sqrt(SKY * GAIN + READ_NOISE**2) / GAIN)
        return Stars(x, y, flux, light, (electrons / GAIN - SKY).astype(np.float32), noise)

    return make


def tangent(ra: float = 150.0, dec: float = 20.0, turn: float = 0.0, side: tuple[int, int] = (64, 64)) -> WCS:
    """Return a tangential projection of 0.333 arcsec a pixel."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [ra, dec]
    wcs.wcs.crpix = [(side[1] + 1) / 2, (side[0] + 1) / 2]
    angle = np.radians(turn)
    matrix = np.array([[-np.cos(angle), np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    wcs.wcs.cd = 0.333 / 3600 * matrix
    wcs.wcs.radesys = "ICRS"
    wcs.wcs.set()
    return wcs


@pytest.fixture(scope="session")
def projection() -> Callable[..., WCS]:
    """Return `tangent`."""
    return tangent


@pytest.fixture(scope="session")
def frame() -> Callable[..., ReducedFrame]:
    """Return a function that makes a reduced frame of given pixels."""

    def make(data: np.ndarray, wcs: WCS | None = None, **more: Any) -> ReducedFrame:
        given: dict[str, Any] = {
            "mid": Time("2026-03-01T21:00:30", scale="utc"),
            "exposure": 60.0,
            "gain": GAIN,
            "read_noise": READ_NOISE,
            "zero_point": 29.0,
            "band": "r",
            "station": "950",
            "saturate": 60_000.0,
            "name": "frame.fits",
        }
        return ReducedFrame(data, wcs or tangent(side=data.shape), **(given | more))

    return make


@pytest.fixture
def fits_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a frame with a good header; None takes a card out."""

    def write(name: str = "frame.fits", data: np.ndarray | None = None, **cards: Any) -> Path:
        rng = np.random.default_rng(0)
        pixels = rng.normal(300, 10, (64, 64)).astype(np.float32) if data is None else data
        header = tangent(side=pixels.shape).to_header()
        given = {
            "DATE-OBS": "2026-03-01T21:00:00",
            "EXPTIME": 60.0,
            "GAIN": 2.5,
            "RDNOISE": 5.0,
            "MAGZPT": 29.5,
            "FILTER": "r",
            "OBSCODE": "950",
        }
        for key, value in (given | {key.replace("_", "-"): value for key, value in cards.items()}).items():
            if value is None:
                header.remove(key, ignore_missing=True)
            else:
                header[key] = value
        path = tmp_path / name
        fits.PrimaryHDU(pixels, header).writeto(path)
        return path

    return write
