"""Designations: packed and unpacked, both ways, against the Minor Planet Center's examples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.movers.formats import FormatError, pack, unpack
from astrolib.movers.formats.provisional import ORDERS

PAIRS = """
1 = 00001; 99999 = 99999; 100345 = A0345; 360017 = a0017; 619999 = z9999; 620000 = ~0000;
620061 = ~000z; 3140113 = ~AZaz; 15396335 = ~zzzz; 1P = 0001P; 9999D = 9999D; 1I = 0001I;
Jupiter 13 = J013S; Neptune 2 = N002S; Mars 1 = M001S; 1995 XA = J95X00A; 1995 XL1 = J95X01L;
1995 FB13 = J95F13B; 1998 SQ108 = J98SA8Q; 1998 SV127 = J98SC7V; 1998 SS162 = J98SG2S;
2099 AZ193 = K99AJ3Z; 2008 AA360 = K08Aa0A; 2007 TA418 = K07Tf8A; 2014 AQ619 = K14Az9Q;
1801 AA = I01A00A; 2026 CA620 = _QC0000; 2026 CZ6190 = _QC0aEM; 2026 CL591673 = _QCzzzz;
2035 YA620 = _ZY0000; 2040 P-L = PLS2040; 3138 T-1 = T1S3138; 1010 T-2 = T2S1010;
4101 T-3 = T3S4101; C/1995 A1 = CJ95A010; P/1994 P1-B = PJ94P01b; C/2048 X13 = CK48X130;
C/2033 L89-C = CK33L89c; C/2088 A103 = CK88AA30; P/1998 QP54 = PJ98Q54P; P/1998 QP = PJ98Q00P;
D/1894 F1 = DI94F010; X/1106 C1 = XB06C010; A/1996 N2 = AJ96N020; 1995 A1 = J95A010;
S/2001 N 131 = SK01ND10; S/1610 J 1 = SG10J010
"""

REFUSED = """
0; 0P; 10000P; 15396336; Jupiter 0; Jupiter 1000; Pluto 1; Ceres; 2014 IA; 2014 ZA; 2014 AI;
2014 AA01; 1799 AA; 2009 AA620; 2036 AA620; 1998 AA620; 2026 CM591673; 2026 CA99999999999;
C/1995 A0; C/1995 A620; P/1998 QP54-A; S/2001 N 0; S/2001 N 620; S/2008 (41) 1; (45) 1; 568 T-1;
4101 T-4; ２０１４ AA
"""


NO_PACKED_FORM = """
00000; 0000P; J000S; K221S; _0000; ~000; ~00-0; K14A0AX; K14I00A; K14A00I; L14A00A; _qC0000;
_QI0000; T4S1010; PLSA010; CJ95A000; SJ95N000; Ké4A00A; K14A00A0
"""


def listed(text: str) -> list[str]:
    """Return what a text lists between semicolons and line ends."""
    return [part.strip() for line in text.splitlines() for part in line.split(";") if part.strip()]


@pytest.mark.parametrize(("text", "packed"), [part.split(" = ") for part in listed(PAIRS)])
def test_both_ways(text: str, packed: str) -> None:
    """What the Minor Planet Center packs so is packed so, and comes back."""
    assert pack(text) == packed
    assert unpack(packed) == text


def test_shared_table(shared: Path) -> None:
    """Every pair of the table of packed designations holds both ways."""
    with (shared / "data" / "mpc" / "packed_designations_shared.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    assert [pack(row["unpacked"]) for row in rows] == [row["packed"] for row in rows]
    assert [unpack(row["packed"]) for row in rows] == [row["unpacked"] for row in rows]


def test_a_year_of_the_old_style_is_the_same_year() -> None:
    """A904 OA is 1904 OA; it comes back with its year in full."""
    assert pack("A904 OA") == "J04O00A"
    assert unpack("J04O00A") == "1904 OA"


@pytest.mark.parametrize("text", ["", " 433", "433 ", *listed(REFUSED)])
def test_no_designation(text: str) -> None:
    """What is none, or has no packed form, is refused."""
    with pytest.raises(FormatError):
        pack(text)


@pytest.mark.parametrize(
    "packed",
    ["", "  433", *listed(NO_PACKED_FORM)],
)
def test_no_packed_form(packed: str) -> None:
    """What no designation packs to is refused."""
    with pytest.raises(FormatError):
        unpack(packed)


@given(st.integers(1, 15_396_335))
def test_every_number_comes_back(number: int) -> None:
    """All numbers that have a packed form."""
    packed = pack(str(number))
    assert len(packed) == 5
    assert unpack(packed) == str(number)


@given(
    st.integers(1800, 2099),
    st.sampled_from("ABCDEFGHJKLMNOPQRSTUVWXY"),
    st.sampled_from(ORDERS),
    st.integers(0, 619),
)
def test_every_provisional_designation_comes_back(year: int, half_month: str, order: str, count: int) -> None:
    """Those with a cycle count of two characters."""
    text = f"{year} {half_month}{order}{count or ''}"
    assert len(pack(text)) == 7
    assert unpack(pack(text)) == text


@given(st.integers(2010, 2035), st.sampled_from("ABCDEFGHJKLMNOPQRSTUVWXY"), st.integers(0, 62**4 - 1))
def test_every_extended_designation_comes_back(year: int, half_month: str, place: int) -> None:
    """Those after the 15,500th of a half-month."""
    count, order = divmod(place + 15_500, 25)
    text = f"{year} {half_month}{ORDERS[order]}{count}"
    assert pack(text).startswith("_")
    assert unpack(pack(text)) == text


@given(st.text(alphabet="0123456789ABCKJPST_~azZ -/", max_size=9))
def test_whatever_is_unpacked_packs_to_the_same(text: str) -> None:
    """No two packed forms stand for one designation."""
    try:
        designation = unpack(text)
    except FormatError:
        return
    assert pack(designation) == text
