"""What a spectrum viewer knows: the spectra, how they are shown, and the range in view."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from traitlets import Bool, Enum, Float, HasTraits, Instance, TraitError, Tuple, Unicode, observe, validate

from astrolib.core.errors import AstrolibError
from astrolib.widgets.state import axes
from astrolib.widgets.state.curves import Curve, prepare
from astrolib.widgets.state.functions import SpectrumFunctions

MOST_SPECTRA = 50
_CLOSE_UP = 40.0  # half the range about a line [angstrom]


class SpectrumViewerState(HasTraits):
    """Spectra on show, and how.

    Parameters
    ----------
    functions : SpectrumFunctions
        The science that is called: conversion, velocity, normalisation, line list.
    **traits
        First values of any trait below.

    Attributes
    ----------
    spectra : tuple of Spectrum
        The first 50 are shown; `notice` says when there are more.
    phase : {'idle', 'ready', 'failed'}
        ``idle`` while there is nothing to show; `error` says what failed.
    stacked, normalised, show_lines : bool
        One above the other; divided by the continuum; with the line list.
    offset : float or None
        Between stacked spectra, in the unit of the flux; None chooses it from the data.
    medium : {'air', 'vacuum'}
        Of the wavelengths on show. Spectra whose medium is unknown stay as they are, and are named.
    x_unit : {'angstrom', 'nm', 'micron', 'km/s'}
        Velocities are about `line`.
    x_range, y_range : tuple of float or None
        In view: wavelengths [angstrom] in `medium`, and flux. None shows everything.
    groups_off : tuple of str
        Groups of the line list that are not drawn.
    hidden : tuple of str
        Ids of the spectra that are switched off.
    highlighted : str
        Id of the spectrum that stands out; empty for none.
    lock : RLock
        Held while others are told of a change, and by whoever changes several things at once.
    """

    spectra = Tuple()
    functions = Instance(SpectrumFunctions)
    phase = Enum(("idle", "ready", "failed"), "idle")
    error = Unicode()
    notice = Unicode()
    stacked = Bool(False)
    normalised = Bool(False)
    show_lines = Bool(True)
    offset = Float(None, allow_none=True)
    medium = Enum(("air", "vacuum"), "air")
    x_unit = Enum(tuple(axes.SYMBOLS), "angstrom")
    line = Unicode("H-alpha")
    x_range = Tuple(Float(), Float(), default_value=None, allow_none=True)
    y_range = Tuple(Float(), Float(), default_value=None, allow_none=True)
    groups_off = Tuple()
    hidden = Tuple()
    highlighted = Unicode()
    curves = Tuple(help="what is shown, in the order of `spectra`; follows from the rest")

    def __init__(self, functions: SpectrumFunctions, **traits: Any) -> None:
        self.lock = threading.RLock()
        super().__init__(functions=functions, **traits)

    def notify_change(self, change: Any) -> None:
        """Tell of one change at a time: a page may act from another thread than the cells."""
        with self.lock:
            super().notify_change(change)

    @validate("x_range", "y_range")
    def _increases(self, proposal: dict[str, Any]) -> Any:
        ends = proposal["value"]
        if ends is not None and not ends[0] < ends[1]:
            raise TraitError(f"the range {ends} does not increase; give its lower end first")
        return ends

    @observe("spectra", "normalised", "medium")
    def _prepare(self, _change: object) -> None:
        """Bring every spectrum to the medium and scale on show: the one transition of `phase`."""
        try:
            curves = tuple(
                prepare(spectrum, self.medium, self.normalised, self.functions)
                for spectrum in self.spectra[:MOST_SPECTRA]
            )
        except AstrolibError as error:
            self.set_trait("curves", ())
            self.error, self.phase = str(error), "failed"
            return
        self.error, self.notice = "", self._notice()
        self.set_trait("curves", curves)
        self.phase = "ready" if curves else "idle"

    def _notice(self) -> str:
        shown = self.spectra[:MOST_SPECTRA]
        unknown = [spectrum.medium for spectrum in shown].count("unknown")
        more = len(self.spectra) > MOST_SPECTRA
        says = [f"The first {MOST_SPECTRA} of {len(self.spectra)} spectra are shown."] if more else []
        if unknown:
            says.append(f"{unknown} of {len(shown)} do not say air or vacuum: shown as they are.")
        return " ".join(says)

    @property
    def visible(self) -> tuple[tuple[int, Curve], ...]:
        """Curves that are switched on, each with its place among all."""
        return tuple((n, c) for n, c in enumerate(self.curves) if c.spectrum.id not in self.hidden)

    def full_range(self) -> tuple[float, float]:
        """Return the wavelengths that all visible spectra span [angstrom]."""
        ends = [curve.wavelength[[0, -1]] for _, curve in self.visible] or [np.array([0.0, 1.0])]
        return float(min(first for first, _ in ends)), float(max(last for _, last in ends))

    def rest(self, name: str) -> float:
        """Return the wavelength of a line at rest, in the medium on show [angstrom].

        Raises
        ------
        KeyError
            If the line list has no line of that name.
        """
        return getattr({line.name: line for line in self.functions.line_list()}[name], self.medium)

    def centre_on(self, name: str) -> None:
        """Bring a line to the middle: closer if the view is wide, as wide as it is otherwise."""
        first, last = self.x_range or self.full_range()
        half = min((last - first) / 2, _CLOSE_UP)
        self.x_range = (self.rest(name) - half, self.rest(name) + half)

    def reset(self) -> None:
        """Show everything again."""
        with self.hold_trait_notifications():
            for name in ("x_range", "y_range"):
                self.set_trait(name, None)

    def to_shown(self, wavelength: Any) -> Any:
        """Return wavelengths [angstrom] in the unit of the axis."""
        if self.x_unit == "km/s":
            return self.functions.velocity(wavelength, self.rest(self.line))
        return np.asarray(wavelength) * axes.PER_ANGSTROM[self.x_unit]

    def from_shown(self, value: Any) -> Any:
        """Return positions on the axis as wavelengths [angstrom]."""
        if self.x_unit == "km/s":
            return self.functions.wavelength_at(value, self.rest(self.line))
        return np.asarray(value) / axes.PER_ANGSTROM[self.x_unit]

    def shown(self) -> dict[str, Any]:
        """Return what is on show, as a label event records it; ranges in angstrom and in the flux shown."""
        return {
            "view": "stacked" if self.stacked else "overplotted",
            "ids": [curve.spectrum.id for _, curve in self.visible],
            "x_range": list(self.x_range or self.full_range()),
            "y_range": list(self.y_range) if self.y_range else None,
            "x_unit": self.x_unit,
            "medium": self.medium,
            "normalised": self.normalised,
            "lines": self.show_lines,
        }
