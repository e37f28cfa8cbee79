"""Small frames with a few stars and one mover, dithered and turned, for what is cut from them."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images.frame import ReducedFrame

SCALE = 0.333 / 3600  # deg a pixel
RA, DEC = 150.0, 12.0
START = Time("2026-03-01T22:00:00", scale="utc")
SIGMA = 1.5  # pixels


def make_wcs(dx: float = 0.0, dy: float = 0.0, turn: float = 0.0, shape: tuple[int, int] = (320, 320)) -> WCS:
    """Return a tangential WCS whose pixels are shifted by (dx, dy) and turned by `turn` [deg]."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [RA, DEC]
    wcs.wcs.crpix = [shape[1] / 2 + dx, shape[0] / 2 + dy]
    angle = np.deg2rad(turn)
    wcs.wcs.cd = SCALE * np.array([[-np.cos(angle), np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    wcs.wcs.set()
    return wcs


def make_frames(rate: float = 1.0, n: int = 4, turn: float = 0.0, noise: float = 3.0, seed: int = 1):
    """Return frames, and the tracklet and detections of one mover at `rate` [arcsec/min], PA 60 deg."""
    rng = np.random.default_rng(seed)
    stars = SkyCoord(RA + rng.uniform(-0.012, 0.012, 25), DEC + rng.uniform(-0.012, 0.012, 25), unit="deg")
    flux = rng.uniform(2000, 20000, 25)
    centre = SkyCoord(RA, DEC, unit="deg")
    frames, rows = [], []
    for number in range(n):
        mid = START + number * 510 * u.s
        wcs = make_wcs(dx=3.3 * number, dy=-2.6 * number, turn=turn * number)
        minutes = (number - (n - 1) / 2) * 510 / 60
        place = centre.directional_offset_by(60 * u.deg, rate * minutes * u.arcsec)
        data = rng.normal(200.0, noise, (320, 320))
        for sky, light in [*zip(stars, flux, strict=True), (place, 3000.0)]:
            _add(data, *wcs.world_to_pixel(sky), light)
        name = f"f{(7 * number) % 10}.fits"
        frames.append(
            ReducedFrame(data.astype(np.float32), wcs, mid, 60.0, 2.0, 5.0, 27.0, "r", "950", 60000.0, name)
        )
        rows.append(_detection(name, mid, place, wcs))
    detections = QTable(rows=rows)
    tracklets = QTable({"tracklet_id": ["t1"], "n_detections": [n], "rate": [rate] * u.arcsec / u.min})
    return frames, tracklets, detections


def _add(data: np.ndarray, x: float, y: float, flux: float) -> None:
    rows, columns = np.indices(data.shape)
    data += flux / (2 * np.pi * SIGMA**2) * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / SIGMA**2)


def _detection(name: str, mid: Time, place: SkyCoord, wcs: WCS) -> dict[str, object]:
    x, y = wcs.world_to_pixel(place)
    known = {"tracklet_id": "t1", "obstime": mid.isot, "frame": name, "flags": ""}
    return known | {"ra": place.ra, "dec": place.dec, "x": float(x), "y": float(y), "mag": 18.3, "snr": 30.0}
