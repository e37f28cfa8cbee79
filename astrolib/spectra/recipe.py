"""Recipes: how spectra are prepared, as named files of values."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from astrolib.core.errors import ParameterError
from astrolib.spectra.air import AirFormula
from astrolib.spectra.continua import ContinuumMethod
from astrolib.spectra.frame import Frame
from astrolib.spectra.resampling import Resampling
from astrolib.spectra.scaling import Scale

MOST_PIXELS = 1_000_000


@dataclass(frozen=True)
class Recipe:
    """Every value that decides how spectra are prepared; the grid is in vacuum.

    Parameters
    ----------
    name : str
        Of the recipe file, without its ending.
    wave_min, wave_max : float
        First and last wavelength of the grid [angstrom].
    n_pixels : int
        Of the grid; they lie evenly.
    about : str
        What it is for.
    resampling : {'conserving', 'linear'}
        As `astrolib.spectra.resample` says.
    air_formula : str
        Takes wavelengths in air to vacuum, as `astrolib.spectra.air_to_vacuum` says.
    frame : {'as given', 'heliocentric', 'barycentric'}
        To which wavelengths are taken, once: those that are there already stay.
    resolution : float
        Resolving power to which spectra are degraded; 0 leaves it.
    blur_pixels, blur_above : float
        Instead of that: standard deviation [pixels] of one Gaussian for all spectra whose resolving power is
        above; 0 blurs none.
    continuum : {'none', 'quantile', 'spline', 'polynomial'}
        What the flux is divided by.
    scale : {'none', 'minmax', 'zscore'}
        As `astrolib.spectra.scale` says.
    continuum_gap : float
        So near to the line no pixel tells the continuum [angstrom].
    masked : {'left out', 'used'}
        What becomes of masked pixels; those that are not finite are left out, or refuse the spectrum.
    line, line_half_width : float
        The line, and how near to it no pixel may be masked [angstrom, vacuum]; a width of 0 asks nothing.
    most_masked : float
        Share of the grid that may be masked.
    least_snr : float
        Signal-to-noise ratio a pixel, at least; 0 asks nothing.
    assume_medium : {'', 'air', 'vacuum'}
        Of spectra that do not say; '' refuses them.
    assume_resolving_power : float
        Likewise; 0 refuses them where it is needed.
    assume_rest_frame : {'', 'topocentric', 'heliocentric', 'barycentric'}
        Likewise.
    """

    name: str
    wave_min: float
    wave_max: float
    n_pixels: int
    about: str = ""
    resampling: Resampling = "conserving"
    air_formula: AirFormula = "vald"
    frame: Frame = "as given"
    resolution: float = 0.0
    blur_pixels: float = 0.0
    blur_above: float = 0.0
    continuum: ContinuumMethod = "none"
    continuum_gap: float = 0.0
    scale: Scale = "none"
    masked: Literal["left out", "used"] = "left out"
    line: float = 0.0
    line_half_width: float = 0.0
    most_masked: float = 1.0
    least_snr: float = 0.0
    assume_medium: Literal["", "air", "vacuum"] = ""
    assume_resolving_power: float = 0.0
    assume_rest_frame: Literal["", "topocentric", "heliocentric", "barycentric"] = ""

    def __post_init__(self) -> None:
        for key, kind in get_type_hints(Recipe).items():
            self._check(key, kind)
        if not 0 < self.wave_min < self.wave_max:
            raise self._wrong("wave_max", "give a wave_min above 0 and a wave_max above it")
        if not 2 <= self.n_pixels <= MOST_PIXELS:
            raise self._wrong("n_pixels", f"give 2 to {MOST_PIXELS}")
        if self.resolution and self.blur_pixels:
            raise self._wrong("blur_pixels", "give it, or resolution, not both")

    def _check(self, key: str, kind: Any) -> None:
        value = getattr(self, key)
        if choices := get_args(kind):
            if value not in choices:
                raise self._wrong(key, f"choose one of {', '.join(map(repr, choices))}")
        elif not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(key, f"give {'text' if kind is str else 'a number'}")
        elif kind is float and not (value >= 0 and math.isfinite(value)):
            raise self._wrong(key, "give 0 or more")

    def _wrong(self, key: str, remedy: str) -> ParameterError:
        return ParameterError(
            f"{key} is {getattr(self, key)!r:.60}", where=f"recipe {self.name}", remedy=remedy
        )

    @property
    def grid(self) -> NDArray[np.float64]:
        """The wavelengths of the prepared spectra, in vacuum [angstrom], shape (n_pixels,)."""
        return np.linspace(self.wave_min, self.wave_max, self.n_pixels)

    @property
    def in_line(self) -> NDArray[np.bool_]:
        """Which pixels of the grid the continuum is not fitted to."""
        return np.abs(self.grid - self.line) < self.continuum_gap

    def as_dict(self) -> dict[str, Any]:
        """Return all its values, as a file of prepared spectra holds them."""
        return dataclasses.asdict(self)


def recipe_names() -> list[str]:
    """Return the recipes that ship with astrolib."""
    return sorted(path.name.removesuffix(".toml") for path in _shipped().iterdir())


def read_recipe(name: str | Path, **over: Any) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    name : str or Path
        One of `recipe_names`, or a TOML file of one's own, whose name ends in ``.toml``.
    **over
        Values that win over the file's; None leaves the file's. A `resolution` takes the place of
        ``blur_pixels``.

    Raises
    ------
    ParameterError
        If there is no such recipe, it is no TOML, or a key or its value does not suit.
    """
    given = {key: value for key, value in over.items() if value is not None}
    if "resolution" in given:
        given = {"blur_pixels": 0.0, "blur_above": 0.0} | given
    label, values = _values(name)
    values = {"name": label} | values | given
    known = get_type_hints(Recipe)
    if unknown := set(values) - set(known):
        raise ParameterError(
            f"no key {min(unknown)!r:.60}", where=f"recipe {label}", remedy=f"known are {', '.join(known)}"
        )
    if missing := {"wave_min", "wave_max", "n_pixels"} - set(values):
        raise ParameterError(f"{min(missing)} is missing", where=f"recipe {label}", remedy="say it")
    return Recipe(**{key: _number(value, known[key]) for key, value in values.items()})


def _number(value: Any, kind: Any) -> Any:
    """Return whole numbers as floats where those are meant: TOML tells them apart."""
    return float(value) if kind is float and type(value) is int else value


def _values(name: str | Path) -> tuple[str, dict[str, Any]]:
    named = str(name)
    file = Path(named).expanduser() if named.endswith(".toml") else _shipped() / f"{named}.toml"
    if not named.endswith(".toml") and named not in recipe_names():
        raise ParameterError(
            f"no recipe {named!r:.80}",
            remedy=f"choose one of {', '.join(recipe_names())}, or give a file that ends in .toml",
        )
    try:
        return file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(f"no recipe ({error})", where=named, remedy="give a TOML file") from error


def _shipped() -> Any:
    return resources.files(__package__) / "recipes"
