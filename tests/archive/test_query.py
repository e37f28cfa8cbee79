"""A query is in the astronomer's units, and goes over the wire as the protocols want it."""

from __future__ import annotations

from typing import Any

import astropy.units as u
import pytest
from astropy.coordinates import SkyCoord
from astropy.time import Time

from astrolib.archive.obscore import adql
from astrolib.archive.query import SpectrumQuery
from astrolib.archive.ssap import parameters
from astrolib.core.errors import RefusedError

PLACE = SkyCoord(14.177 * u.deg, 60.7167 * u.deg)
FULL = SpectrumQuery(
    target="gamma Cas",
    position=PLACE,
    radius=36 * u.arcsec,
    band=(6700 * u.AA, 6500 * u.AA),
    time=(Time("2010-01-01", scale="utc"), Time("2011-01-01", scale="utc")),
    max_records=10,
)


def test_ssap_gets_a_diameter_metres_and_utc() -> None:
    assert parameters(FULL) == {
        "REQUEST": "queryData",
        "TARGETNAME": "gamma Cas",
        "POS": "14.17700000,60.71670000",
        "SIZE": "0.02",
        "BAND": "6.5e-07/6.7e-07",
        "TIME": "2010-01-01T00:00:00.000/2011-01-01T00:00:00.000",
        "MAXREC": "10",
    }


def test_what_is_not_asked_is_not_sent() -> None:
    assert parameters(SpectrumQuery()) == {"REQUEST": "queryData"}


def test_a_position_in_another_frame_is_sent_as_icrs() -> None:
    sent = parameters(SpectrumQuery(position=PLACE.galactic, radius=1 * u.deg))
    assert sent["POS"] == "14.17700000,60.71670000"


def test_adql_holds_every_condition() -> None:
    text = adql(FULL)
    assert "target_name = 'gamma Cas'" in text
    assert "CIRCLE('ICRS', 14.17700000, 60.71670000, 0.01)" in text
    assert "em_min <= 6.7e-07 AND em_max >= 6.5e-07" in text
    assert "t_min <= 55562.00000000 AND t_max >= 55197.00000000" in text


def test_a_name_cannot_leave_its_quotes() -> None:
    text = adql(SpectrumQuery(target="x' OR 1=1 -- "))
    assert "target_name = 'x'' OR 1=1 -- '" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"position": PLACE},
        {"radius": 1 * u.deg},
        {"position": PLACE, "radius": 5},
        {"position": PLACE, "radius": 5 * u.m},
        {"position": PLACE, "radius": 0 * u.deg},
        {"position": SkyCoord([1, 2] * u.deg, [3, 4] * u.deg), "radius": 1 * u.deg},
        {"band": (6500, 6700)},
        {"band": (6500 * u.deg, 6700 * u.deg)},
        {"band": (-1 * u.AA, 6700 * u.AA)},
        {"band": (float("nan") * u.AA, 6700 * u.AA)},
        {"time": (Time("2011-01-01"), Time("2010-01-01"))},
        {"max_records": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        SpectrumQuery(**wrong)
