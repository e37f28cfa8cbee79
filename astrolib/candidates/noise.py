"""The signal-to-noise ratio of a spectrum, from its errors or from itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from astrolib.candidates.table import Candidates
from astrolib.collection import SpectrumCollection
from astrolib.core.progress import Progress, silent
from astrolib.core.spectrum import Spectrum

_FEWEST = 5  # pixels that say anything


def signal_to_noise(spectrum: Spectrum) -> float:
    """Return the median signal-to-noise ratio of a pixel; NaN where it cannot be told.

    From the inverse variance where there is one; otherwise DER_SNR, which takes the noise from differences of
    every second pixel (Stoehr et al. 2008, ASP Conf. Ser. 394, 505).
    """
    good = np.isfinite(spectrum.flux) & (True if spectrum.mask is None else ~spectrum.mask)
    flux = spectrum.flux[good].astype(np.float64)
    if flux.size < _FEWEST:
        return np.nan
    if spectrum.ivar is not None:
        ivar = spectrum.ivar[good].astype(np.float64)
        known = ivar > 0
        return float(np.median(flux[known] * np.sqrt(ivar[known]))) if known.any() else np.nan
    noise = 1.482602 / np.sqrt(6) * np.median(np.abs(2 * flux[2:-2] - flux[:-4] - flux[4:]))
    return float(np.median(flux) / noise) if noise > 0 else np.nan


def measure_snr(
    candidates: Candidates, collection: SpectrumCollection, progress: Progress | None = None
) -> Candidates:
    """Return the candidates with a column ``snr``: of those that no cut has removed, NaN for the others."""
    snr = np.full(len(candidates.table), np.nan)
    rows = np.flatnonzero(candidates.is_kept)
    for number, ratio in enumerate(_measured(candidates, rows, collection), start=1):
        snr[rows[number - 1]] = ratio
        (progress or silent)(number, len(rows))
    return candidates.with_columns(snr=snr)


def _measured(candidates: Candidates, rows: Iterable[int], collection: SpectrumCollection) -> Iterable[float]:
    for row in rows:
        identity = str(candidates.table["id"][row])
        yield signal_to_noise(collection.spectrum(identity)) if identity in collection else np.nan
