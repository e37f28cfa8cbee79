"""Tables for other programs, and spectra for specutils."""

from __future__ import annotations

import csv
import math

import astropy.units as u
import numpy as np
import pytest
import specutils
from astropy.nddata import StdDevUncertainty
from astropy.table import QTable, Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolib.collection import SpectrumCollection, export, from_specutils, to_specutils
from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.core.schema import COLLECTED_SPECTRUM
from astrolib.core.spectrum import Spectrum

ROWS = [
    {"id": "a", "target": "=HYPERLINK(0)", "ra": 10.5, "dec": -12.3, "source": "-12.3", "n_pixels": 7},
    {"id": "b", "target": "@gam Cas", "instrument": 'a "quoted", name', "licence": "+1"},
]


@pytest.fixture
def table() -> QTable:
    return COLLECTED_SPECTRUM.table(ROWS)


def test_a_csv_cell_is_never_a_formula_and_a_number_stays_one(table, tmp_path):
    export(table, tmp_path / "rows.csv")

    with (tmp_path / "rows.csv").open(newline="") as stream:
        first, second = csv.DictReader(stream)
    assert first["target"] == "'=HYPERLINK(0)"
    assert second["target"] == "'@gam Cas"
    assert first["dec [deg]"] == "-12.3"
    assert first["source"] == "-12.3"
    assert second["licence"] == "+1"
    assert second["ra [deg]"] == ""
    assert second["instrument"] == 'a "quoted", name'


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20), number=st.floats())
def test_what_goes_into_csv_comes_out(text, number, tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    export(COLLECTED_SPECTRUM.table([{"target": text, "exptime": number}]), path)

    with path.open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    written = str(np.str_(text))  # numpy drops trailing NULs only
    assert row["target"] in (written, f"'{written}")
    assert not row["target"].startswith(("=", "@"))
    if math.isnan(number):
        assert row["exptime [s]"] == ""
    else:
        assert float(row["exptime [s]"]) == number


@pytest.mark.filterwarnings("ignore:The unit 'Angstrom' has been deprecated")
@pytest.mark.parametrize(("name", "form"), [("rows.vot", "votable"), ("rows.ecsv", "ascii.ecsv")])
def test_units_survive(table, tmp_path, name, form):
    export(table, tmp_path / name)

    back = Table.read(tmp_path / name, format=form)
    assert back["ra"].unit == u.deg
    assert back["dec"][0] == -12.3
    assert back["target"][0] == "=HYPERLINK(0)"


def test_another_suffix_is_refused_with_the_known_ones(table, tmp_path):
    with pytest.raises(ParameterError, match=r"no format for '\.xls'; end it in one of \.vot"):
        export(table, tmp_path / "rows.xls")
    assert list(tmp_path.glob("rows*")) == []


def spectrum(**known) -> Spectrum:
    return Spectrum(
        np.linspace(6500, 6600, 6),
        np.arange(6) + 1,
        **{
            **{
                "flux_unit": "Jy",
                "ivar": np.arange(6),
                "mask": np.arange(6) > 4,
                "target": "gam Cas",
                "ra": 14.2,
            },
            **{"medium": "air", "obstime": "2010-01-01T21:00:00", "time_scale": "UTC", "time_ref": "start"},
            **known,
        },
    )


def test_there_and_back_nothing_is_lost():
    ours = spectrum()

    back = from_specutils(to_specutils(ours))

    assert back.id == ours.id
    for name in ("ivar", "mask"):
        np.testing.assert_array_equal(getattr(back, name), getattr(ours, name))
    for name in ("flux_unit", "target", "ra", "medium", "obstime", "time_scale", "time_ref"):
        assert getattr(back, name) == getattr(ours, name)


def test_errors_and_frequencies_of_others_are_converted():
    theirs = specutils.Spectrum(
        spectral_axis=np.array([500.0, 550.0, 600.0]) * u.THz,
        flux=[3, 2, 1] * u.mJy,
        uncertainty=StdDevUncertainty([0.5, 0.0, 0.25]),
    )

    ours = from_specutils(theirs, target="quasar")

    assert ours.wavelength == pytest.approx([4996.54, 5450.77, 5995.85], abs=0.01)
    assert list(ours.flux) == [1, 2, 3]
    assert list(ours.ivar) == [16, 0, 4]
    assert (ours.flux_unit, ours.target) == ("mJy", "quasar")


@pytest.mark.parametrize(
    ("theirs", "message"),
    [
        (specutils.Spectrum(spectral_axis=[1, 2] * u.AA, flux=np.ones((3, 2)) * u.Jy), "2 dimensions"),
        (specutils.Spectrum(spectral_axis=[0, 1] * u.pix, flux=np.ones(2) * u.Jy), "its axis is in pix"),
    ],
)
def test_what_is_no_spectrum_on_wavelengths_is_refused(theirs, message):
    with pytest.raises(UnreadableFileError, match=message):
        from_specutils(theirs)


def test_a_collection_goes_to_specutils_in_one_call(tmp_path):
    collection = SpectrumCollection.create(tmp_path / "c")
    collection.append([spectrum(), spectrum(flux_unit="", mask=None, ivar=None, target="b")])
    collection.append(from_specutils(each, target="again") for each in collection.to_specutils())

    assert [each.meta["target"] for each in collection.to_specutils()] == ["gam Cas"]
    assert isinstance(collection.to_specutils(collection.ids), specutils.SpectrumList)
