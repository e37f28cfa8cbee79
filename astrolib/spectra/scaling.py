"""Scaling: each spectrum to a common range."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError

Scale = Literal["none", "minmax", "zscore"]

_Values = NDArray[np.float64]


@overload
def scale(flux: _Values, ivar: _Values, method: Scale = "minmax") -> tuple[_Values, _Values]: ...


@overload
def scale(flux: _Values, ivar: None = None, method: Scale = "minmax") -> tuple[_Values, None]: ...


def scale(
    flux: _Values, ivar: _Values | None = None, method: Scale = "minmax"
) -> tuple[_Values, _Values | None]:
    """Scale each spectrum by itself.

    Parameters
    ----------
    flux : ndarray, shape (..., pixels)
        Finite.
    ivar : ndarray, shape (..., pixels), optional
        Inverse variance.
    method : {'minmax', 'zscore', 'none'}
        To [-1, 1] by its minimum and maximum; to a mean of 0 and a standard deviation of 1; as it is.

    Returns
    -------
    flux, ivar : ndarray
        Of the same shapes; a flat spectrum becomes NaN.

    Raises
    ------
    ParameterError
        If nobody here knows the method.
    """
    if method == "none":
        return flux, ivar
    if method == "minmax":
        low, high = flux.min(axis=-1, keepdims=True), flux.max(axis=-1, keepdims=True)
        zero, unit = (low + high) / 2, (high - low) / 2
    elif method == "zscore":
        zero, unit = flux.mean(axis=-1, keepdims=True), flux.std(axis=-1, keepdims=True)
    else:
        raise ParameterError(f"unknown scale {method!r}", remedy="choose minmax, zscore or none")
    unit = np.where(unit > 0, unit, np.nan)
    return (flux - zero) / unit, None if ivar is None else ivar * unit**2
