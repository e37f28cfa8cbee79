"""The first twelve columns: which object, under which names."""

from __future__ import annotations

import pytest

from astrolib.movers.formats import FormatError, Identity
from astrolib.movers.formats.identity import read_columns

COLUMNS = [
    ("     K14A00A", Identity(prov_id="2014 AA")),
    ("00001       ", Identity(perm_id="1")),
    ("C1234K14A00A", Identity("121234", "2014 AA")),
    ("01234PLS4007", Identity("1234", "4007 P-L")),
    ("07968J96N020", Identity("7968", "A/1996 N2")),
    ("    AJ96N020", Identity(prov_id="A/1996 N2")),
    ("     T1S4007", Identity(prov_id="4007 T-1")),
    ("     _QC0000", Identity(prov_id="2026 CA620")),
    ("     A      ", Identity(trk_sub="A")),
    ("     J000013", Identity(trk_sub="J000013")),
    ("     PL0001X", Identity(trk_sub="PL0001X")),
    ("     K00I01X", Identity(trk_sub="K00I01X")),
    ("     NE00030", Identity(trk_sub="NE00030")),
    ("0073P       ", Identity("73P")),
    ("0073P     af", Identity("73P-AF")),
    ("0073P      g", Identity("73P-G")),
    ("0141PJ94P01a", Identity("141P-A", "P/1994 P1-A")),
    ("0001PI35P010", Identity("1P", "P/1835 P1")),
    ("    DJ93F02e", Identity(prov_id="D/1993 F2-E")),
    ("    PJ98Q54P", Identity(prov_id="P/1998 QP54")),
    ("J001S       ", Identity("Jupiter 1")),
    ("J001SG10J010", Identity("Jupiter 1", "S/1610 J 1")),
    ("    SK01ND10", Identity(prov_id="S/2001 N 131")),
    ("~000z       ", Identity("620061")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "identity"), COLUMNS)
def test_both_ways(text: str, identity: Identity) -> None:
    """Columns are read as names, and names written as columns."""
    assert read_columns(text) == identity
    assert identity.columns() == text


@pytest.mark.parametrize(
    "text",
    ["            ", "00000       ", "0000P       ", "1234C       ", "    Pbb12   ", "0a001K14A00A",
     "_0000       ", "    SAab102 ", "     A00 01 ", "     ab%    ", "K221S       ", "0001IK17U010"],
)  # fmt: skip
def test_no_name(text: str) -> None:
    """Blank columns and what is no name are refused."""
    with pytest.raises(FormatError, match=r"columns 1 to 12|number"):
        read_columns(text)


@pytest.mark.parametrize(
    "identity",
    [
        Identity(), Identity(trk_sub="A1234567"), Identity(trk_sub="Ab3%"), Identity("1", "P/1994 P1"),
        Identity("141P", "P/1994 P1-A"), Identity("141P-C", "P/1994 P1-A"), Identity("Jupiter 1", "2014 AA"),
        Identity("(45) 1"), Identity(prov_id="S/2008 (41) 1"), Identity(prov_id="Ceres"),
    ],
)  # fmt: skip
def test_names_that_do_not_fit(identity: Identity) -> None:
    """Names of different objects, of none, or too long ones have no columns."""
    with pytest.raises(FormatError):
        identity.columns()


def test_an_official_name_comes_before_ones_own() -> None:
    """Twelve columns hold no third name."""
    assert Identity("433", "", "mine").columns() == "00433       "
    assert Identity("", "2014 AA", "mine").columns() == "     K14A00A"
