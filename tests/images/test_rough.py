"""Where a raw frame roughly looks, from the headers that telescopes write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy.coordinates import FK5, SkyCoord
from astropy.io import fits

from astrolib.core.errors import UnreadableFileError
from astrolib.images import open_chips
from astrolib.images.placing import stars_about
from astrolib.images.reference import Reference
from astrolib.images.rough import rough_wcs

SIDE = 100


@pytest.fixture
def roughly(tmp_path, projection):
    """Return a function that gives the rough WCS of a frame with a good header and some other cards."""

    def make(**cards: Any) -> list:
        header = projection(side=(SIDE, SIDE)).to_header()
        header.update({"RA": 150.0, "DEC": 20.0, **cards})
        path = tmp_path / "a.fits"
        fits.PrimaryHDU(np.ones((SIDE, SIDE), dtype=np.uint16), header).writeto(path)
        return rough_wcs(open_chips(path)[0])

    return make


def middle(wcs) -> np.ndarray:
    return np.array(wcs.all_pix2world((SIDE - 1) / 2, (SIDE - 1) / 2, 0))


def test_the_other_side_of_the_pier_is_tried_as_well(roughly):
    told, turned = roughly(CRPIX1=30.5)
    corner, opposite = told.all_pix2world(0, 0, 0), turned.all_pix2world(SIDE - 1, SIDE - 1, 0)
    assert np.allclose(middle(told), middle(turned), atol=1e-9)
    assert np.allclose(corner, opposite, atol=1e-7)


def test_a_wcs_of_the_equinox_of_date_is_taken_to_icrs(roughly):
    now = SkyCoord(150.0, 20.0, unit="deg").transform_to(FK5(equinox="J2026.2"))
    told = roughly(CRVAL1=now.ra.deg, CRVAL2=now.dec.deg, RADESYS="FK5", EQUINOX=2026.2)[0]
    assert np.allclose(middle(told), [150.0, 20.0], atol=1e-4)


@pytest.mark.parametrize("axes", ["", "LINEAR"])
def test_axes_of_pixels_are_no_wcs(roughly, axes):
    ways = roughly(CTYPE1=axes, CTYPE2=axes, PIXSCALE=0.333)
    assert len(ways) == 8
    assert all(np.allclose(middle(wcs), [150.0, 20.0], atol=1e-6) for wcs in ways)


def test_a_frame_that_says_nothing_is_refused(roughly):
    with pytest.raises(UnreadableFileError, match=r"^a\.fits: no WCS .*; write a rough WCS"):
        roughly(CTYPE1="", CTYPE2="")


def test_stars_are_looked_for_to_the_corners_of_a_wide_frame(projection):
    wcs = projection(side=(400, 400))
    wcs.wcs.cd *= 30 / 0.333
    wcs.wcs.set()
    ra, dec = wcs.all_pix2world([0, 399, 200], [0, 399, 200], 0)
    zeros = np.zeros(4)
    stars = Reference(np.append(ra, 150.0), np.append(dec, -20.0), zeros, zeros, zeros + 2016, {})
    assert len(stars_about(stars, wcs, (400, 400))) == 3
