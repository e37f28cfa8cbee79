"""A survey of which is known how many of its spectra look like what.

Stars are drawn and measured without noise until there are enough of each look; only the chosen ones are
exposed. So rare looks have the share that was asked for, and cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from astropy.table import QTable, vstack
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.core.progress import Progress, silent
from astrolib.sky.spectra import classes
from astrolib.sky.spectra.instrument import Instrument, instrument
from astrolib.sky.spectra.simulate import Simulation, look, nights, record, scattered
from astrolib.sky.spectra.stars import draw_stars, named

PORTION = 10_000
"""Spectra in a portion; of LAMOST 0.4 GB, in a band about H-alpha a twentieth of that."""

RARE = tuple(name for name in classes.CLASSES if name != classes.ABSORPTION)
"""The looks that are counted; all other spectra show absorption."""

LOOKS = tuple(name for name in RARE if name != classes.BAD)
"""Those of them that the star makes."""

COOL = 0.7
"""Share of cool stars among those that only absorb: most of a survey's."""

SAME: Mapping[str, float] = {}
"""All shares as in `classes.SURVEY`."""


def survey(
    count: int,
    seen_by: str = "lamost",
    *,
    seed: int,
    labels: Mapping[str, float] = SAME,
    band: tuple[float, float] | None = None,
    portion: int = PORTION,
    progress: Progress | None = None,
) -> Iterator[Simulation]:
    """Yield `count` spectra in portions, in random order.

    Parameters
    ----------
    count : int
        How many.
    seen_by : {'lamost', 'ondrejov'}
        The instrument.
    seed : int
        Of all that is random.
    labels : mapping of str to float
        Share of spectra that look so, without noise at the instrument's resolving power; of what it does not
        name, the share in `classes.SURVEY`. All others show absorption. Shares are met exactly by spectra
        that somebody could tell; the ambiguous ones come on top, as many as chance brings with them.
    band : tuple of float, optional
        Only the pixels between these wavelengths [angstrom], in the medium of the instrument.
    portion : int
        Spectra at a time: memory is bounded by it.
    progress : Progress, optional
        Told how many are done.

    Yields
    ------
    Simulation

    Raises
    ------
    ParameterError
        If a label is unknown or is absorption, or there are less than none of it, or more than all.
    """
    rng = np.random.default_rng(seed)
    shares = _shares(labels)
    rare = np.floor(shares * count + 0.5).astype(np.int64)
    left = np.append(rare, count - rare.sum())
    kinds = dict(zip(LOOKS, shares, strict=False))
    draw = _Drawing(instrument(seen_by, band), kinds, nights(rng), rng)
    return _portions(left, draw, portion, progress or silent)


def _shares(labels: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the share of each of `RARE`."""
    unknown = sorted(set(labels) - set(RARE))
    shares = np.array([labels.get(name, classes.SURVEY[name]) for name in RARE])
    if unknown or not shares.min() >= 0 or not shares.sum() <= 1:
        raise ParameterError(
            f"labels {dict(labels)}",
            remedy=f"give shares of 0 or more, of at most 1 in all, to any of {', '.join(RARE)}",
        )
    return shares


def _portions(
    left: NDArray[np.int64],
    draw: _Drawing,
    portion: int,
    progress: Progress,
) -> Iterator[Simulation]:
    """Deal out what is left of each look, as from a shuffled deck."""
    count, done = int(left.sum()), 0
    while done < count:
        wanted = draw.rng.multivariate_hypergeometric(left, min(portion, count - done))
        left = left - wanted
        truth = draw.members(dict(zip((*RARE, classes.ABSORPTION), wanted.tolist(), strict=True)))
        truth["star"] = named(done + 1, len(truth), digits=7)
        yield record(truth, draw.seen_by, draw.rng)
        done += len(truth)
        progress(done, count)


@dataclass(frozen=True, eq=False)
class _Drawing:
    """Draws stars that look as is wanted.

    Parameters
    ----------
    seen_by : Instrument
        To whom they look so.
    kinds : mapping of str to float
        Of what kinds those that emit are drawn.
    dates : ndarray, shape (nights,)
        When they can be seen [d].
    rng : numpy.random.Generator
        The source of chance.
    """

    seen_by: Instrument
    kinds: Mapping[str, float]
    dates: NDArray[np.float64]
    rng: np.random.Generator

    def members(self, wanted: Mapping[str, int]) -> QTable:
        """Return the truth about as many spectra as are wanted in all, in random order."""
        emitting = self._emitting({name: wanted[name] for name in LOOKS})
        bad = self._seen(wanted[classes.BAD], classes.SURVEY, bad=1.0)
        count = sum(wanted.values())
        clear, extra = _split(emitting)
        extra = extra[: wanted[classes.ABSORPTION]]
        plain = self._seen(count - len(clear) - len(extra) - len(bad), {classes.ABSORPTION: 1.0})
        truth = vstack([part for part in (clear, extra, bad, plain) if len(part)])
        return truth[self.rng.permutation(count)]

    def _emitting(self, lacking: dict[str, int]) -> QTable:
        """Draw until there are enough of each look; those that are hard to tell come along."""
        chosen = [self._seen(0, classes.SURVEY)]
        batch = 100 + 4 * sum(lacking.values())
        while any(lacking.values()):
            truth = self._seen(batch, self.kinds)
            keep = np.zeros(len(truth), dtype=bool)
            for name in LOOKS:
                alike, clear = _alike(truth, name)
                taken = alike & (np.cumsum(clear) - clear < lacking[name])
                lacking[name] -= int(np.sum(taken & clear))
                keep |= taken
            chosen.append(truth[keep])
        return vstack(chosen)

    def _seen(self, count: int, kinds: Mapping[str, float], bad: float = 0.0) -> QTable:
        stars = scattered(draw_stars(count, self.rng, kinds, cool=COOL), self.rng)
        return look(stars, self.rng.choice(self.dates, count), self.seen_by, self.rng, bad=bad)


def _alike(truth: QTable, name: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which look so or are easily taken for it, and which of them plainly do.

    A disc so weak that its star shows nothing but absorption goes with those that fill it in.
    """
    same = np.asarray(truth["label"] == name)
    hidden = np.asarray(truth["label"] == classes.ABSORPTION) & (name == classes.FILLED)
    return same | hidden, same & ~np.asarray(truth["ambiguous"])


def _split(truth: QTable) -> tuple[QTable, QTable]:
    """Return those that are counted, and those that come on top."""
    extra = np.asarray(truth["ambiguous"]) | np.asarray(truth["label"] == classes.ABSORPTION)
    return truth[~extra], truth[extra]
