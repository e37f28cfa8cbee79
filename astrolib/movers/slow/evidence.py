"""Whether the pixels of what seems to move tell of a mover, or of a sky at rest with a variable in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.slow.motion import Motions
from astrolib.movers.slow.scene import gains
from astrolib.movers.slow.stamps import Frame, Image

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MORE = 12.0
"""By how much a mover must lower chi^2 more than a variable at rest does."""

_SHARE = 0.25
"""And at least so much of what it lowers: of a true mover's, a variable takes 0.4 to 0.6."""

_APART = 4.0
"""And so much of what its light varies: two stars that are not told apart are two standard widths from each
other at most, so that their middle moves by no more than twice as many of its errors as the light."""


def against_motion(
    frames: Sequence[Frame], motions: Motions, clean: Sequence[Image], scale: Values
) -> dict[str, Flags]:
    """Return the reasons (n,) for which sources that seem to move may be at rest.

    Parameters
    ----------
    clean : sequence of ndarray of float32
        The frames without all sources; these sources' own light is given back.
    scale : ndarray, shape (k,)
        Flux of a constant source in each frame over its mean.
    """
    moving, varying = gains(frames, motions, clean, scale)
    more = moving - varying
    return {
        "its light varies more than it moves": more < _APART * _variation(motions, scale),
        "a sky at rest tells it too": more < np.maximum(_MORE, _SHARE * moving),
    }


def _variation(motions: Motions, scale: Values) -> Values:
    """Return the chi^2 (n,) of constant light, beyond what noise easily gives."""
    told = motions.weight[:, :, 0, 0] > 0
    flux, weight = motions.flux / scale, told * (scale / motions.flux_error) ** 2
    mean = np.sum(flux * weight, axis=1) / np.sum(weight, axis=1)
    chi2 = np.sum((flux - mean[:, None]) ** 2 * weight, axis=1)
    freedom = np.sum(told, axis=1) - 1
    return np.asarray(np.maximum(0, chi2 - freedom - np.sqrt(2 * freedom)), dtype=np.float64)
