"""The samplings of the two archives: Ondrejov's CCD700 and LAMOST."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.spectra import air_to_vacuum, line
from astrolib.spectra.velocity import SPEED_OF_LIGHT

FWHM = 2 * np.sqrt(2 * np.log(2))


@dataclass(frozen=True, eq=False)
class Instrument:
    """A spectrograph and the way in which its archive gives wavelengths.

    Parameters
    ----------
    name : str
        As in file names and tables.
    site : str
        Its observatory in `astrolib.spectra.site`.
    resolving_power : float
        Wavelength over the full width at half maximum of an infinitely narrow line, pixels included.
    edges : ndarray, shape (pixels + 1,)
        The edges of the pixels, in `medium` and `rest_frame` [angstrom].
    wavelength : ndarray, shape (pixels,)
        As the archive gives them [angstrom].
    medium : {'air', 'vacuum'}
        What its wavelengths are in.
    rest_frame : {'topocentric', 'heliocentric'}
        Whether the motion of the Earth was taken out.
    snr : tuple of float
        Median and spread (in e-folds) of the signal-to-noise ratio a pixel near H-alpha.
    """

    name: str
    site: str
    resolving_power: float
    edges: NDArray[np.float64]
    wavelength: NDArray[np.float64]
    medium: Literal["air", "vacuum"]
    rest_frame: Literal["topocentric", "heliocentric"]
    snr: tuple[float, float]

    @cached_property
    def vacuum_edges(self) -> NDArray[np.float64]:
        """The edges of the pixels in vacuum [angstrom]."""
        return air_to_vacuum(self.edges) if self.medium == "air" else self.edges

    @cached_property
    def pixel(self) -> float:
        """The narrowest pixel of the whole spectrum [km/s]."""
        return float(SPEED_OF_LIGHT * np.diff(np.log(self.whole.edges)).min())

    @cached_property
    def line_spread(self) -> float:
        """Standard deviation of the line spread function without the pixels' own width [km/s]."""
        return float(np.sqrt((SPEED_OF_LIGHT / self.resolving_power / FWHM) ** 2 - self.pixel**2 / 12))

    @property
    def whole(self) -> Instrument:
        """The instrument of which this is perhaps a part."""
        return INSTRUMENTS[self.name]

    @cached_property
    def place(self) -> NDArray[np.float64]:
        """Where the pixels lie in the whole spectrum, from -1 to 1."""
        pixel = np.searchsorted(self.whole.wavelength, self.wavelength)
        return 2 * pixel / (len(self.whole.wavelength) - 1) - 1

    @cached_property
    def from_h_alpha(self) -> NDArray[np.float64]:
        """Distance of the pixels from H-alpha at rest [angstrom]."""
        return self.wavelength - line("H-alpha", self.medium)

    @property
    def share(self) -> float:
        """The share of the whole spectrum's pixels."""
        return len(self.wavelength) / len(self.whole.wavelength)

    def between(self, first: float, last: float) -> Instrument:
        """Return the same instrument, of which only the pixels between two wavelengths are read.

        Parameters
        ----------
        first, last : float
            In its medium and rest frame [angstrom].

        Raises
        ------
        ParameterError
            If no pixel lies between them.
        """
        start, stop = np.searchsorted(self.wavelength, (first, last))
        if stop <= start:
            reached = f"{self.wavelength[0]:.0f} to {self.wavelength[-1]:.0f} angstrom"
            raise ParameterError(
                f"no pixel of {self.name} between {first} and {last} angstrom",
                remedy=f"give a band within {reached}",
            )
        return replace(self, edges=self.edges[start : stop + 1], wavelength=self.wavelength[start:stop])


def _ondrejov() -> Instrument:
    first, step, pixels = 6252.48, 0.2567, 1997
    edges = first + step * (np.arange(pixels + 1, dtype=np.float64) - 0.5)
    wavelength = first + step * np.arange(pixels, dtype=np.float64)
    return Instrument("ondrejov", "ondrejov", 13000, edges, wavelength, "air", "heliocentric", (120, 0.6))


def _lamost() -> Instrument:
    first, step, pixels = 3.5682, 1e-4, 3909
    edges = 10 ** (first + step * (np.arange(pixels + 1, dtype=np.float64) - 0.5))
    wavelength = 10 ** (first + step * np.arange(pixels, dtype=np.float64))
    return Instrument("lamost", "xinglong", 1800, edges, wavelength, "vacuum", "heliocentric", (40, 0.7))


ONDREJOV = _ondrejov()
"""The coude spectrograph of the Perek 2-m telescope with its 700 mm camera, about H-alpha.

Heliocentric, as the telluric lines in the spectra of its archive show.
"""

LAMOST = _lamost()
"""A low-resolution spectrum of the Guo Shou Jing telescope."""

INSTRUMENTS = {instrument.name: instrument for instrument in (ONDREJOV, LAMOST)}


def instrument(name: str, band: tuple[float, float] | None = None) -> Instrument:
    """Return an instrument by name, or the part of it in a `band` [angstrom].

    Raises
    ------
    ParameterError
        If it is not simulated here, or sees nothing of the band.
    """
    if name not in INSTRUMENTS:
        raise ParameterError(f"unknown instrument {name!r}", remedy=f"one of {', '.join(INSTRUMENTS)}")
    found = INSTRUMENTS[name]
    return found.between(*band) if band else found
