"""A reduced frame: its pixels, its place on the sky, the middle of its exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ReducedFrame:
    """A frame that was reduced and placed on the sky.

    Parameters
    ----------
    data : ndarray of float32, shape (ny, nx)
        In native byte order, finite [ADU]; the sky may be left in.
    wcs : astropy.wcs.WCS
        Celestial, of two axes.
    mid : astropy.time.Time
        Middle of the exposure, UTC.
    exposure : float
        Length of the exposure [s].
    gain : float
        [electrons/ADU]; NaN where the header does not say.
    read_noise : float
        [electrons]; NaN where the header does not say.
    zero_point : float
        Magnitude of a source of 1 ADU in the whole exposure; NaN where the header does not say.
    band : str
        The filter.
    station : str
        Observatory code of the Minor Planet Center; empty where the header does not say.
    saturate : float
        Level from which a pixel is saturated [ADU]; inf where the header does not say.
    name : str
        File name.
    uncertainty : ndarray of float32, shape (ny, nx), optional
        Standard deviation [ADU].
    mask : ndarray of bool, shape (ny, nx), optional
        True where a pixel must not be used.
    """

    data: NDArray[np.float32]
    wcs: WCS
    mid: Time
    exposure: float
    gain: float
    read_noise: float
    zero_point: float
    band: str
    station: str
    saturate: float
    name: str
    uncertainty: NDArray[np.float32] | None = None
    mask: NDArray[np.bool_] | None = None
