"""Every layout, one contract: what is in the file is what is read, and what is wrong is one line."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from astrolib.collection import read_spectra
from astrolib.collection.readers import FITS_READERS
from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.core.fits import open_fits


def test_the_truth_is_read(layout, flux, tmp_path):
    layout.write(tmp_path / layout.name, flux)

    (spectrum,) = read_spectra(tmp_path / layout.name)

    assert spectrum.source == layout.name
    assert spectrum.flux == pytest.approx(flux)
    assert spectrum.wavelength == pytest.approx(layout.truth["wavelength"], rel=1e-12)
    for name, value in layout.truth.items():
        found = getattr(spectrum, name)
        assert found == (value if isinstance(value, str) else pytest.approx(value)), name


def test_what_the_file_does_not_say_stays_unknown(layout, flux, tmp_path):
    layout.write(tmp_path / layout.name, flux)

    (spectrum,) = read_spectra(tmp_path / layout.name)

    for name in {"medium", "rest_frame"} - set(layout.truth):
        assert getattr(spectrum, name) == "unknown"
    for name in {"ra", "dec", "exptime", "resolving_power"} - set(layout.truth):
        assert np.isnan(getattr(spectrum, name))


def test_one_reader_alone_knows_a_fits_layout_first(layout, flux, tmp_path):
    if not layout.name.endswith(".fits"):
        pytest.skip("no FITS file")
    layout.write(tmp_path / layout.name, flux)

    with open_fits(tmp_path / layout.name) as hdus:
        first = next(reader for reader in FITS_READERS if reader.recognises(hdus))
    assert first.__name__.rsplit(".", 1)[-1] == layout.name.split("-")[0].split(".")[0].replace(
        "sdm", "sdm_fits"
    )


def test_a_gap_of_nan_is_kept(layout, flux, tmp_path):
    flux[20:30] = np.nan
    layout.write(tmp_path / layout.name, flux)

    (spectrum,) = read_spectra(tmp_path / layout.name)

    assert np.isnan(spectrum.flux).sum() == 10


def test_without_any_flux_it_is_refused_in_one_line(layout, flux, tmp_path):
    flux[:] = np.nan
    layout.write(tmp_path / layout.name, flux)

    with pytest.raises(UnreadableFileError) as refusal:
        read_spectra(tmp_path / layout.name)
    assert _is_one_line_about(refusal.value, layout.name)


def test_cut_short_it_is_refused_in_one_line(layout, flux, tmp_path):
    if layout.name.endswith("csv"):
        pytest.skip("text that ends between two pixels looks whole")
    path = tmp_path / layout.name
    layout.write(path, flux)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])

    with pytest.raises(AstrolibError) as refusal:
        read_spectra(path)
    assert _is_one_line_about(refusal.value, layout.name)


def test_packed_it_reads_the_same(layout, flux, tmp_path):
    if layout.name.endswith("csv"):
        pytest.skip("text is not packed")
    plain = tmp_path / layout.name
    layout.write(plain, flux)
    packed = tmp_path / f"{layout.name}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read_spectra(packed)[0].id == read_spectra(plain)[0].id


@pytest.mark.parametrize("step", [0.0, -0.25])
def test_a_wavelength_that_does_not_increase_is_refused(tmp_path, step, flux):
    columns = [
        fits.Column("spectral", "D", unit="Angstrom", array=6300 + step * np.arange(flux.size)),
        fits.Column("flux", "D", array=flux),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "back.fits")

    with pytest.raises(UnreadableFileError, match=r"back\.fits: the wavelength does not increase; sort it"):
        read_spectra(tmp_path / "back.fits")


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("iraf-log.fits", "BUNIT", "furlongs"),
        ("ondrejov-telescope.fits", "CUNIT1", "parsnips"),
        ("ondrejov-telescope.fits", "CUNIT1", "kg"),
        ("ondrejov-archive.fits", "TUNIT1", "kg"),
        ("sdm.fits", "TUNIT2", "furlongs"),
    ],
)
def test_an_unknown_unit_is_refused_with_its_key(write, name, key, value):
    path = write(name, **{key: value})

    with pytest.raises(UnreadableFileError, match=rf"{name}: .*{key}.* gives '{value}'"):
        read_spectra(path)


def test_a_csv_without_units_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "bare.csv").write_text("wavelength,flux\n1,2\n2,3\n")

    with pytest.raises(UnreadableFileError, match=r"bare\.csv: wavelength gives '' .* write angstrom, nm"):
        read_spectra(tmp_path / "bare.csv")


@pytest.mark.parametrize(
    ("spelled", "unit"),
    [
        ("erg/cm2/s/A", "erg / (Angstrom s cm2)"),
        ("10^-17 erg/s/cm^2/Angstrom", "1e-17 erg / (Angstrom s cm2)"),
        ("1E-17 erg/cm^2/s/Ang", "1e-17 erg / (Angstrom s cm2)"),
        ("ADU", "adu"),
        ("e-", "electron"),
        ("Jy", "Jy"),
        ("", ""),
    ],
)
def test_old_spellings_of_units_are_understood(write, spelled, unit):
    (spectrum,) = read_spectra(write("iraf-log.fits", BUNIT=spelled))

    assert spectrum.flux_unit == unit


def test_a_place_of_another_equinox_is_precessed(write):
    """HD 208905 at equinox 2005.4, as the telescope wrote it, stands at 329.2846, 61.2685 in ICRS."""
    path = write("ondrejov-telescope.fits", RA="21:57:18.2", DEC="61:17:39.7", EQUINOX=2005.39978)

    (spectrum,) = read_spectra(path)

    assert (spectrum.ra, spectrum.dec) == pytest.approx((329.2846, 61.2685), abs=2e-4)


def test_a_place_that_is_none_is_refused_with_its_keys(write):
    with pytest.raises(UnreadableFileError, match=r"iraf-log\.fits: RA and DEC are 12\.0 and 95\.0"):
        read_spectra(write("iraf-log.fits", RA=12.0, DEC=95.0))


def test_specsys_is_believed(write):
    (spectrum,) = read_spectra(write("ondrejov-telescope.fits", SPECSYS="TOPOCENT"))

    assert spectrum.rest_frame == "topocentric"


@pytest.mark.parametrize("content", [b"\x89HDF\r\n\x1a\n" + bytes(100), b"\x80\x04\x95" + bytes(100)])
def test_formats_that_run_code_are_never_read(tmp_path, content):
    (tmp_path / "star.fits").write_bytes(content)

    with pytest.raises(HostileFileError, match=r"star\.fits: it is (HDF5|a pickle)"):
        read_spectra(tmp_path / "star.fits")


def test_what_is_no_regular_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.fits"):
        with pytest.raises(HostileFileError, match="not a regular file"):
            read_spectra(path)


def test_an_image_of_the_sky_is_refused_in_one_line(tmp_path):
    fits.PrimaryHDU(np.zeros((30, 40))).writeto(tmp_path / "sky.fits")

    with pytest.raises(UnreadableFileError) as refusal:
        read_spectra(tmp_path / "sky.fits")
    assert _is_one_line_about(refusal.value, "sky.fits")


def test_the_answer_of_a_query_is_no_spectrum(shared):
    with pytest.raises(UnreadableFileError, match=r"result\.xml: no spectrum in it"):
        read_spectra(shared / "data" / "vo" / "ssa" / "result.xml")


def test_a_layout_that_only_specutils_knows_is_read_through_it(tmp_path, flux):
    table = Table({"wavelength": np.linspace(5000, 6000, flux.size), "flux": flux})
    table["wavelength"].unit, table["flux"].unit = "nm", "Jy"
    table.write(tmp_path / "theirs.fits")

    (spectrum,) = read_spectra(tmp_path / "theirs.fits")

    assert spectrum.wavelength[0] == pytest.approx(50_000)
    assert spectrum.flux_unit == "Jy"


def _is_one_line_about(refusal: AstrolibError, name: str) -> bool:
    return str(refusal).startswith(f"{name}: ") and "\n" not in str(refusal) and "; " in str(refusal)


def test_an_axis_that_grows_exponentially_is_not_taken_for_a_linear_one(write):
    keys = {"CTYPE1": "AWAV-LOG", "CRVAL1": 6500.0, "CRPIX1": 1, "CUNIT1": "Angstrom"}
    (spectrum,) = read_spectra(write("ondrejov-telescope.fits", **keys))

    step = spectrum.wavelength[1] / spectrum.wavelength[0]
    np.testing.assert_allclose(spectrum.wavelength, 6500 * step ** np.arange(len(spectrum)), rtol=1e-12)
    assert spectrum.medium == "air"


def test_an_axis_of_another_algorithm_is_refused(write):
    with pytest.raises(UnreadableFileError, match="CTYPE1 is 'AWAV-GRI'"):
        read_spectra(write("ondrejov-telescope.fits", CTYPE1="AWAV-GRI"))


@pytest.mark.parametrize("equinox", ["J2005.39978", "2005.39978"])
def test_an_equinox_may_be_text(write, equinox):
    path = write("ondrejov-telescope.fits", RA="21:57:18.2", DEC="61:17:39.7", EQUINOX=equinox)
    (spectrum,) = read_spectra(path)

    assert spectrum.ra == pytest.approx(329.2846, abs=3e-4)


def test_frequencies_that_ascend_are_read_from_the_blue_end(tmp_path):
    columns = [
        fits.Column("spectral", "D", unit="THz", array=[400.0, 500.0, 600.0]),
        fits.Column("flux", "D", array=[1.0, 2.0, 3.0]),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "frequency.fits")
    (spectrum,) = read_spectra(tmp_path / "frequency.fits")

    assert spectrum.flux.tolist() == [3, 2, 1]
    assert spectrum.wavelength[0] == pytest.approx(4996.54, abs=0.01)


def test_lists_that_name_each_other_are_no_text(tmp_path):
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    lists = "".join(f"# - {b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in pairs)
    (tmp_path / "bomb.ecsv").write_text(
        "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: wavelength, unit: nm, datatype: float64}\n"
        f"# - {{name: flux, datatype: float64}}\n# meta: !!omap\n# - a: &a [x, x]\n{lists}# - target: *i\n"
        "wavelength flux\n1 2\n2 3\n"
    )
    (spectrum,) = read_spectra(tmp_path / "bomb.ecsv")

    assert spectrum.target == ""


def test_the_largest_size_is_a_setting(write, monkeypatch):
    monkeypatch.setenv("ASTROLIB_MAX_FILE_MB", "0.001")

    with pytest.raises(HostileFileError, match="raise max_file_mb"):
        read_spectra(write("sdm.fits"))
