"""Air and vacuum, each formula against specutils, and there and back."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specutils.utils.wcs_utils import vac_to_air

from astrolib.core.errors import ParameterError
from astrolib.spectra import air_to_vacuum, vacuum_to_air
from astrolib.spectra.air import SHORTEST_IN_AIR

FORMULAE = ("vald", "morton2000", "ciddor1996", "edlen1953")
THEIRS = {
    "vald": "Morton2000",
    "morton2000": "Morton2000",
    "ciddor1996": "Ciddor1996",
    "edlen1953": "Edlen1953",
}


def test_h_alpha_is_where_the_vienna_database_has_it():
    assert float(air_to_vacuum(6562.801)) == pytest.approx(6564.614, abs=5e-4)


@pytest.mark.parametrize("formula", FORMULAE)
@given(wavelength=st.floats(2002, 25_000))
def test_there_and_back_is_where_we_began(formula, wavelength):
    assert float(vacuum_to_air(air_to_vacuum(wavelength, formula), formula)) == pytest.approx(
        wavelength, rel=1e-9
    )
    assert float(air_to_vacuum(vacuum_to_air(wavelength, formula), formula)) == pytest.approx(
        wavelength, rel=1e-9
    )


@pytest.mark.parametrize("formula", FORMULAE)
def test_specutils_agrees(formula):
    vacuum = np.linspace(3000, 24_000, 500)
    theirs = vac_to_air(vacuum * u.AA, method=THEIRS[formula]).value

    assert vacuum_to_air(vacuum, formula) == pytest.approx(theirs, rel=2e-9)


def test_the_far_ultraviolet_is_in_vacuum_by_convention():
    below = np.array([900.0, 1216.0, SHORTEST_IN_AIR - 1])

    assert (vacuum_to_air(below) == below).all()
    assert (air_to_vacuum(below) == below).all()


def test_an_unknown_formula_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match="ciddor1996"):
        vacuum_to_air(5000.0, "owens")
