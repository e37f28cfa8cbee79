"""A drawing of a spectrum, small enough for a page of many."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np

from astrolib.core.spectrum import Spectrum
from astrolib.sky.archive.votable import printable

SVG_TYPE = "image/svg+xml"

WIDTH, HEIGHT, MARGIN = 480, 160, 20
"""[pixel]."""


def svg(spectrum: Spectrum) -> bytes:
    """Return the flux against wavelength as SVG: of the pixels in one column, the lowest and the highest."""
    wavelength, flux = _outline(spectrum)
    low, high = np.nanpercentile(flux, [0.5, 99.8])
    scale = high - low or 1.0
    x = MARGIN + (wavelength - wavelength[0]) / (wavelength[-1] - wavelength[0]) * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - np.clip((flux - low) / scale, -0.1, 1.1) * (HEIGHT - 2 * MARGIN)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    title = escape(printable(f"{spectrum.target} {spectrum.obstime}".strip()))
    span = f"{spectrum.wavelength[0]:.0f} to {spectrum.wavelength[-1]:.0f} Å"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="11"><title>{title}</title>'
        f'<rect width="100%" height="100%" fill="white"/>'
        f'<text x="{MARGIN}" y="14">{title}</text>'
        f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - 5}" text-anchor="end">{span}</text>'
        f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1"/></svg>'
    ).encode()


def _outline(spectrum: Spectrum) -> tuple[np.ndarray, np.ndarray]:
    seen = np.isfinite(spectrum.flux)
    wavelength, flux = spectrum.wavelength[seen], spectrum.flux[seen].astype(np.float64)
    kept: list[int] = []
    for column in np.array_split(np.arange(len(flux)), min(WIDTH, len(flux))):
        kept += sorted({int(column[flux[column].argmin()]), int(column[flux[column].argmax()])})
    return wavelength[kept], flux[kept]
