"""One small file of each layout that is read here, with what it truly holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.io import fits
from astropy.io.votable import from_table
from astropy.table import Table

N = 200
LINEAR = 6300.0 + 0.25 * np.arange(N)
LOGARITHMIC = 10 ** (3.8 + 0.0001 * np.arange(N))
FLUX = (1 + 0.3 * np.sin(np.arange(N) / 9)).astype("f4")
IVAR = np.linspace(1, 4, N).astype("f4")
MASK = np.arange(N) % 50 == 0


@dataclass(frozen=True)
class Layout:
    """How to write a file, and what reading it must give.

    Parameters
    ----------
    name : str
        File name.
    write : callable
        Writes the flux it is given to the path it is given.
    truth : dict
        Fields of the spectrum.
    """

    name: str
    write: Callable[[Path, np.ndarray], None]
    truth: dict[str, Any]


def lamost_header(release: int) -> dict[str, Any]:
    third = "Subcontinuum" if release == 1 else "Wavelength"
    return {
        "EXTEN0": f"Flux Inverse {third} Andmask Ormask",
        "TELESCOP": "LAMOST",
        "DATE-OBS": "2011-12-07T21:29:50.88",
        "DATE-BEG": "2011-12-08T05:05:25.0",
        "DATE-END": "2011-12-08T06:13:31.0",
        "MJD": 55904,
        "RA": 156.0260489,
        "DEC": 26.35104,
        "DESIG": "LAMOST J102406.25+262103.7",
        "RADECSYS": "FK5",
        "EQUINOX": 2000.0,
        "EXPTIME": 2700.0,
        "HELIO": True,
        "VACUUM": True,
        "CRVAL1": 3.8,
        "CD1_1": 0.0001,
        "CRPIX1": 1,
    }


LAMOST = {
    "wavelength": LOGARITHMIC,
    "ivar": IVAR,
    "mask": MASK,
    "target": "LAMOST J102406.25+262103.7",
    "ra": 156.0260489,
    "dec": 26.35104,
    "obstime": "2011-12-07T21:29:50.880",
    "time_scale": "UTC",
    "time_ref": "middle",
    "exptime": 2700.0,
    "instrument": "LAMOST LRS",
    "resolving_power": 1800.0,
    "medium": "vacuum",
    "rest_frame": "heliocentric",
}


def _image(path: Path, data: np.ndarray, header: dict[str, Any]) -> None:
    hdu = fits.PrimaryHDU(np.asarray(data, dtype="f4"))
    hdu.header.update(header)
    hdu.writeto(path, overwrite=True)


def _lamost_dr1(path: Path, flux: np.ndarray) -> None:
    _image(path, np.array([flux, IVAR, np.ones(N), MASK, MASK]), lamost_header(1))


def _lamost_dr2(path: Path, flux: np.ndarray) -> None:
    hdu = fits.PrimaryHDU(np.array([flux, IVAR, LOGARITHMIC, MASK, MASK], dtype="f8"))
    hdu.header.update(lamost_header(2))
    hdu.writeto(path, overwrite=True)


def _lamost_dr8(path: Path, flux: np.ndarray) -> None:
    cells = {
        "FLUX": (flux, "E"),
        "IVAR": (IVAR, "E"),
        "WAVELENGTH": (LOGARITHMIC, "D"),
        "ANDMASK": (MASK, "J"),
    }
    columns = [fits.Column(name, f"{N}{form}", array=cell[None]) for name, (cell, form) in cells.items()]
    primary = fits.PrimaryHDU()
    primary.header.update(lamost_header(8))
    table = fits.BinTableHDU.from_columns(columns, name="COADD")
    fits.HDUList([primary, table]).writeto(path, overwrite=True)


def _table(
    path: Path, columns: list[fits.Column], header: dict[str, Any], primary: dict[str, Any] | None = None
) -> None:
    first, table = fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)
    first.header.update(primary or {})
    table.header.update(header)
    fits.HDUList([first, table]).writeto(path, overwrite=True)


def _axes(flux: np.ndarray) -> list[fits.Column]:
    return [
        fits.Column("spectral", "D", unit="Angstrom", array=LINEAR),
        fits.Column("flux", "D", array=flux),
    ]


ARCHIVE_HEADER = {
    "TITLE": "ccd700/data/gamcas/6255-6767/vh130075.fit",
    "OBJECT": "gamma Cas",
    "RA": 14.17721,
    "DEC": 60.71674,
    "TMID": 56152.9741319446,
    "TELAPSE": 20.0,
    "RADECSYS": "ICRS",
}


def _ondrejov_table(path: Path, flux: np.ndarray) -> None:
    _table(path, _axes(flux), ARCHIVE_HEADER)


TELESCOPE_HEADER = {
    "OBSERVAT": "ONDREJOV",
    "INSTRUME": "COUDE700",
    "OBJECT": "gamma Cas",
    "RA": "00:56:42.53",
    "DEC": "60:43:00.3",
    "DATE-OBS": "2010-01-01 21:00:00",
    "EXPTIME": 600.0,
    "BUNIT": "ADU",
    "CTYPE1": "LINEAR",
    "CUNIT1": "Angstrom",
    "CRVAL1": 6300.0,
    "CDELT1": 0.25,
    "CRPIX1": 1.0,
    "VHELIO": 9.77,
}


def _ondrejov_image(path: Path, flux: np.ndarray) -> None:
    _image(path, flux, TELESCOPE_HEADER)


def _sdm_fits(path: Path, flux: np.ndarray) -> None:
    header = {
        "TUTYP1": "spec:spectrum.data.spectralaxis.value",
        "TUTYP2": "spec:spectrum.data.fluxaxis.value",
        "OBJECT": "SIM 0052",
        "INSTRUME": "simulated",
        "RA": 40.5,
        "DEC": 38.4,
        "TMID": 56164.927407,
        "TIMESYS": "UTC",
        "TELAPSE": 2816.0,
        "SPEC_VAL": 6.5e-7,
        "SPEC_RES": 5e-11,
    }
    columns = [
        fits.Column("wl", "D", unit="nm", array=LINEAR / 10),
        fits.Column("fl", "E", unit="Jy", array=flux),
    ]
    _table(path, columns, header)


SDSS_HEADER = {
    "TELESCOP": "SDSS 2.5-M",
    "PLATEID": 266,
    "MJD": 51602,
    "FIBERID": 31,
    "RA": 145.0,
    "DEC": 0.06,
    "PLUG_RA": 147.3,
    "PLUG_DEC": -0.0066,
    "TAI-BEG": 51602 * 86400.0 + 20000,
    "TAI-END": 51602 * 86400.0 + 24000,
    "EXPTIME": 3600.0,
    "HELIO_RV": 4.97,
    "VACUUM": True,
}


def _sdss(path: Path, flux: np.ndarray) -> None:
    columns = [
        fits.Column("flux", "E", array=flux),
        fits.Column("loglam", "D", array=np.log10(LOGARITHMIC)),
        fits.Column("ivar", "E", array=IVAR),
        fits.Column("and_mask", "J", array=MASK.astype("i4")),
    ]
    _table(path, columns, {"EXTNAME": "COADD"}, SDSS_HEADER)


def _iraf_log(path: Path, flux: np.ndarray) -> None:
    header = {
        "OBJECT": "HD 1",
        "TELESCOP": "T",
        "INSTRUME": "I",
        "DATE-OBS": "2005-05-27",
        "UT": "22:00:02",
        "EXPTIME": 3600.0,
        "CTYPE1": "LINEAR",
        "WAT0_001": "system=equispec",
        "WAT1_001": "wtype=linear label=Wavelength units=angstroms",
        "CRVAL1": 3.8,
        "CD1_1": 0.0001,
        "CRPIX1": 1.0,
        "DC-FLAG": 1,
    }
    _image(path, flux, header)


def _iraf_descending(path: Path, flux: np.ndarray) -> None:
    header = {
        **{"OBJECT": "HD 1", "CTYPE1": "MULTISPE", "CTYPE2": "MULTISPE", "WAT0_001": "system=multispec"},
        "WAT1_001": "wtype=multispec label=Wavelength units=angstroms",
        "WAT2_001": f'wtype=multispec spec1 = "1 68 0 {LINEAR[-1]} -0.25 {N} 0. 1. 2."',
    }
    _image(path, flux[::-1][None], header)


def _votable(path: Path, flux: np.ndarray) -> None:
    table = Table({"spectral": LINEAR * 1e-10 * u.m, "flux": flux})
    document = from_table(table)
    element = document.get_first_table()
    element.fields[0].ucd = "em.wl;obs.atmos"
    element.fields[0].utype = "spec:Spectrum.Data.SpectralAxis.Value"
    element.fields[1].utype = "spec:Spectrum.Data.FluxAxis.Value"
    document.to_xml(str(path))


def _ecsv(path: Path, flux: np.ndarray) -> None:
    table = Table({"wavelength": LINEAR / 10 * u.nm, "flux": flux, "ivar": IVAR, "mask": MASK})
    table.meta = {"target": "HD 1", "medium": "air", "ra": 1.5, "dec": 2.5}
    table.write(path, format="ascii.ecsv", overwrite=True)


def _csv(path: Path, flux: np.ndarray) -> None:
    rows = "\n".join(f"{w!r},{f!r}" for w, f in zip(LINEAR.tolist(), flux.tolist(), strict=True))
    path.write_text(
        f"# target: HD 1\n# medium: vacuum\nwavelength [angstrom],flux [Jy]\n{rows.replace('nan', '')}\n"
    )


LAYOUTS = (
    Layout("lamost-dr1.fits", _lamost_dr1, LAMOST),
    Layout("lamost-dr2.fits", _lamost_dr2, LAMOST),
    Layout("lamost-dr8.fits", _lamost_dr8, LAMOST),
    Layout(
        "ondrejov-archive.fits",
        _ondrejov_table,
        {
            **{"wavelength": LINEAR, "target": "gamma Cas", "ra": 14.17721, "dec": 60.71674},
            **{
                "obstime": "2012-08-13T23:22:45.000",
                "time_scale": "UTC",
                "time_ref": "middle",
                "exptime": 20.0,
            },
            **{"instrument": "Ondrejov CCD700", "resolving_power": 13_000.0, "medium": "air"},
            **{"rest_frame": "heliocentric", "flux_unit": ""},
        },
    ),
    Layout(
        "ondrejov-telescope.fits",
        _ondrejov_image,
        {
            **{"wavelength": LINEAR, "target": "gamma Cas", "ra": 14.1772083, "dec": 60.71675},
            **{
                "obstime": "2010-01-01T21:00:00.000",
                "time_scale": "UTC",
                "time_ref": "start",
                "exptime": 600.0,
            },
            **{"instrument": "Ondrejov COUDE700", "medium": "air", "rest_frame": "heliocentric"},
            **{"flux_unit": "adu", "resolving_power": 13_000.0},
        },
    ),
    Layout(
        "sdm.fits",
        _sdm_fits,
        {
            **{"wavelength": LINEAR, "target": "SIM 0052", "ra": 40.5, "dec": 38.4, "flux_unit": "Jy"},
            **{
                "obstime": "2012-08-25T22:15:27.965",
                "time_scale": "UTC",
                "time_ref": "middle",
                "exptime": 2816.0,
            },
            **{"instrument": "simulated", "resolving_power": 13_000.0, "medium": "unknown"},
        },
    ),
    Layout(
        "sdss.fits",
        _sdss,
        {
            **{"wavelength": LOGARITHMIC, "ivar": IVAR, "mask": MASK, "target": "SDSS 266-51602-31"},
            **{"ra": 147.3, "dec": -0.0066, "obstime": "2000-02-28T06:06:40.000", "time_scale": "TAI"},
            **{"time_ref": "middle", "exptime": 3600.0, "medium": "vacuum", "rest_frame": "heliocentric"},
            **{"flux_unit": "1e-17 erg / (Angstrom s cm2)"},
        },
    ),
    Layout(
        "iraf-log.fits",
        _iraf_log,
        {
            **{"wavelength": LOGARITHMIC, "target": "HD 1", "obstime": "2005-05-27T22:00:02.000"},
            **{"time_scale": "UTC", "time_ref": "start", "exptime": 3600.0, "instrument": "T I"},
            **{"medium": "unknown", "rest_frame": "unknown"},
        },
    ),
    Layout("iraf-descending.fits", _iraf_descending, {"wavelength": LINEAR, "target": "HD 1", "obstime": ""}),
    Layout("sdm.vot", _votable, {"wavelength": LINEAR, "medium": "air", "flux_unit": "", "obstime": ""}),
    Layout(
        "ours.ecsv",
        _ecsv,
        {
            "wavelength": LINEAR,
            "ivar": IVAR,
            "mask": MASK,
            "target": "HD 1",
            "medium": "air",
            "ra": 1.5,
            "dec": 2.5,
        },
    ),
    Layout("ours.csv", _csv, {"wavelength": LINEAR, "target": "HD 1", "medium": "vacuum", "flux_unit": "Jy"}),
)


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.name)
def layout(request: pytest.FixtureRequest) -> Layout:
    """Give each layout in turn."""
    return request.param


@pytest.fixture
def flux() -> np.ndarray:
    """Give the flux that the layouts are written with."""
    return FLUX.copy()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a layout by name, with header keys changed (None takes one out)."""
    known = {layout.name: layout for layout in LAYOUTS}

    def written(name: str, flux: np.ndarray = FLUX, **changes: Any) -> Path:
        path = tmp_path / name
        known[name].write(path, flux)
        if changes:
            with fits.open(path, mode="update") as hdus:
                header = hdus[1 if "archive" in name or name == "sdm.fits" else 0].header
                for key, value in changes.items():
                    _change(header, key.replace("_", "-"), value)
        return path

    return written


def _change(header: fits.Header, key: str, value: Any) -> None:
    if value is None:
        header.remove(key)
    else:
        header[key] = value
