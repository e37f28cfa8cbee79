"""Time keys: their scale, their meaning, and what happens where they disagree."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io.fits import Header

from astrolib.collection import read_spectra
from astrolib.collection.epochs import of_header
from astrolib.core.errors import UnreadableFileError


def epoch(**keys):
    header = Header()
    header.update({key if key == "TM_START" else key.replace("_", "-"): value for key, value in keys.items()})
    found = of_header(header, "star.fits")
    return found.obstime, found.time_scale, found.time_ref


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"DATE_OBS": "2010-01-01 21:00:00"}, ("2010-01-01T21:00:00.000", "UTC", "start")),
        ({"DATE_OBS": "2010-01-01T21:00:00.1234"}, ("2010-01-01T21:00:00.123", "UTC", "start")),
        ({"DATE_OBS": "2010-01-01T21:00:00Z"}, ("2010-01-01T21:00:00.000", "UTC", "start")),
        ({"DATE_OBS": "2010-01-02T05:00:00+08:00"}, ("2010-01-01T21:00:00.000", "UTC", "start")),
        ({"DATE_OBS": "2005-05-27", "UT": "22:00:02"}, ("2005-05-27T22:00:02.000", "UTC", "start")),
        ({"DATE_OBS": "2005-05-27", "TM_START": 79202}, ("2005-05-27T22:00:02.000", "UTC", "start")),
        ({"DATE_OBS": "27/05/95", "UT": "22:00:02"}, ("1995-05-27T22:00:02.000", "UTC", "start")),
        ({"DATE_OBS": "2007-10-31T02:25:33", "TIMESYS": "TAI"}, ("2007-10-31T02:25:33.000", "TAI", "start")),
        (
            {"DATE_OBS": "2007-10-31T02:25:33", "TIMESYS": "UTC approximate"},
            ("2007-10-31T02:25:33.000", "UTC", "start"),
        ),
        ({"DATE_AVG": "2007-10-31T02:25:33"}, ("2007-10-31T02:25:33.000", "UTC", "middle")),
        ({"DATE_OBS": "2005-05-27"}, ("", "", "")),
        ({}, ("", "", "")),
    ],
)
def test_the_epoch_keeps_its_scale_and_meaning(keys, expected):
    assert epoch(**keys) == expected


def test_a_clock_in_utc_is_compared_with_a_date_in_tai():
    keys = {"DATE_OBS": "2007-10-31T02:25:33.124", "TIMESYS": "TAI", "UTC_OBS": "02:25:00.124"}

    assert epoch(**keys)[0] == "2007-10-31T02:25:33.124"


def test_a_clock_just_after_midnight_agrees_with_a_date_just_before():
    assert epoch(DATE_OBS="2010-01-01T23:59:59.8", UT="00:00:00")[0] == "2010-01-01T23:59:59.800"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"DATE_OBS": "2010-01-01T21:00:00", "UT": "21:00:37"},
            "DATE-OBS says .* and UT says .*, 37 s apart",
        ),
        ({"DATE_OBS": "2010-01-01T21:00:00", "MJD_OBS": 55198.0}, "DATE-OBS .* MJD-OBS|MJD-OBS .* DATE-OBS"),
        ({"DATE_OBS": "2010-01-01T21:00:00", "TIMESYS": "LOCAL"}, "TIMESYS is LOCAL; convert"),
        ({"DATE_OBS": "New Year"}, "DATE-OBS is 'New Year'; write it as 2010"),
        ({"DATE_OBS": "2010-01-01T21:00:00", "EXPTIME": 0.0}, "EXPTIME is 0.0; write the exposure time"),
        ({"EXPTIME": "long"}, "EXPTIME is 'long'"),
        ({"EXPTIME": -5}, "EXPTIME is -5"),
    ],
)
def test_what_contradicts_itself_is_asked_about(keys, message):
    with pytest.raises(UnreadableFileError, match=f"star.fits: ({message})"):
        epoch(**keys)


def test_a_second_is_forgiven():
    assert epoch(DATE_OBS="2010-01-01T21:00:00.9", UT="21:00:00")[0] == "2010-01-01T21:00:00.900"


def test_the_archives_middle_and_the_telescopes_start_must_agree(write):
    """TMID is 23:22:45; a start 10 s before and 20 s of exposure agree with it."""
    agreeing = write("ondrejov-archive.fits", DATE_OBS="2012-08-13T23:22:35")
    assert read_spectra(agreeing)[0].time_ref == "middle"

    with pytest.raises(UnreadableFileError, match="TMID"):
        read_spectra(write("ondrejov-archive.fits", DATE_OBS="2012-08-13T23:22:45"))


def test_lamosts_median_outside_its_exposures_is_no_middle(write):
    (spectrum,) = read_spectra(write("lamost-dr1.fits", DATE_OBS="2011-12-07T22:29:50"))

    assert (spectrum.obstime, spectrum.time_scale, spectrum.time_ref) == (
        "2011-12-07T22:29:50.000",
        "UTC",
        "",
    )


def test_an_epoch_whose_scale_the_archive_does_not_say_has_none(write):
    (spectrum,) = read_spectra(write("sdm.fits", TIMESYS=None))

    assert (spectrum.time_scale, spectrum.time_ref) == ("", "middle")


def test_an_sdss_file_without_begin_and_end_does_not_say_what_its_time_marks(write):
    path = write("sdss.fits", TAI_BEG=None, TAI_END=None, TAI=51602 * 86400.0 + 23889.74)

    (spectrum,) = read_spectra(path)

    assert (spectrum.obstime, spectrum.time_scale, spectrum.time_ref) == (
        "2000-02-28T06:38:09.740",
        "TAI",
        "",
    )
    assert not np.isnan(spectrum.exptime)
