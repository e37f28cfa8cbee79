"""The rules of ADES, held against the official schema element by element."""

from __future__ import annotations

import random
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import AstrolibError
from astrolib.movers.formats import Block, Document, FormatError, Group, Record
from astrolib.movers.formats.ades_psv import format_psv, parse_psv
from astrolib.movers.formats.ades_xml import format_xml, parse_xml

TIME = "2016-08-29T12:32:34Z"

ALL_OPTICAL = (
    "permID=1 provID=2014_AA trkSub=a obsID=x obsSubID=x trkID=x trkMPC=x mode=CCD stn=F51 sys=ICRF_KM "
    "ctr=399 pos1=1.0 pos2=1.0 pos3=1.0 vel1=1 vel2=1 vel3=1 posCov11=1 posCov12=1 posCov13=1 posCov22=1 "
    f"posCov23=1 posCov33=1 prog=01 obsTime={TIME} rmsTime=1 ra=1 dec=1 rmsRA=1 rmsDec=1 rmsCorr=0 "
    "astCat=Gaia2 mag=20 rmsMag=1 band=G fltr=G photCat=G photAp=1 nucMag=0 logSNR=1 seeing=1 exp=1 "
    "rmsFit=1 nStars=1 ref=x disc=* subFrm=B1950.0 subFmt=M92 precTime=1 precRA=1 precDec=1 uncTime=1 "
    "notes=a remarks=x orbProd=x orbID=x resRA=1 resDec=1 selAst=A sigRA=1 sigDec=1 sigCorr=0 sigTime=1 "
    "biasRA=1 biasDec=1 biasTime=1 photProd=x resMag=1 selPhot=A sigMag=1 biasMag=1 photMod=x "
    "deprecated=X"
)
KINDS = {
    "optical": ALL_OPTICAL,
    "offset": f"provID=2014_AA mode=CCD stn=F51 obsTime={TIME} obsCenter=Mars dist=1 pa=1 rmsDist=1 rmsPA=1",
    "occultation": f"provID=2014_AA mode=CCD stn=F51 obsTime={TIME} raStar=1 decStar=1 deltaRA=1"
    " deltaDec=1 astCat=G shapeOcc=1",
    "radar": f"permID=1 trx=251 rcv=251 obsTime={TIME} delay=1 rmsDelay=1 com=1 frq=2380 remarks=x",
    "opticalResidual": f"permID=1 obsTime={TIME} orbProd=x orbID=x resMag=1 selPhot=A sigMag=1",
    "radarResidual": f"permID=1 obsTime={TIME} orbProd=x orbID=x resDoppler=1 selDoppler=A sigDoppler=1",
}

VALUES = [
    "0", "1", "-1", "+1", "0.", "1.", "00.5", ".5", "-.5", "-0", "1.00", "0.999", "90.0", "90.000000001",
    "-90", "-90.1", "359.999999999", "360", "12.1234567890", "0.1", "0.6", "60.0", "41667", "4167.0",
    "99999.9", "100000.0", "35.1", "-5.01", "1e5", "1E-3", "INF", "abc", "a b", "a_b", "a-b", "*", "+",
    "X", "B1950.0", "APP.", "399", "+399", "399.0", "0398", "WGS84", "950", "9500", "95", "95000", "1P",
    "73P-AF", "73P-ABC", "Jupiter 13", "Pluto 1", "(45) 1", "2014 AA", "2014 IA", "A899 OF",
    "C/1995 A1-B", "S/2008 (41) 1", "4007 P-L", "Mars", "2016-08-29T12:32:34", "2016-08-29T24:00:00Z",
    "2016-08-29T24:00:01Z", "2016-02-30T12:32:34Z", "2016-08-29T12:32:34.1234567Z",
    "2016-08-29T12:32:34.123456Z", "2016-08-29T12:32:60Z", "2016-12-31T23:59:60.5Z",
    "2017-06-30T23:59:60Z", "2016-06-30T23:59:60Z", "0000-01-01T00:00:00Z", "a|b", "é", "1234567.",
    "0.12345", "0.123456", "0.1234567", "0.12345678901", "0.123456789012", "-12345.678", "1000000",
    "?@+", "01", "1,5",
    "", "   ", "F51 ", f" {TIME} ", "  12.5 ", *("x" * length for length in (9, 13, 26, 36, 101, 301)),
]  # fmt: skip


def items(text: str) -> list[tuple[str, str]]:
    """Return names and values."""
    pairs = (part.partition("=") for part in text.split())
    return [(name, value.replace("_", " ") if name == "provID" else value) for name, _, value in pairs]


def document(kind: str, fields: list[tuple[str, str]]) -> bytes:
    """Return a document of one record."""
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields)
    return f'<ades version="2022"><{kind}>{inside}</{kind}></ades>'.encode()


def is_read(content: bytes) -> bool:
    """Return whether we read a document."""
    try:
        parse_xml(content)
    except AstrolibError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_values(kind: str, official: Callable[..., str]) -> None:
    """Each element takes the values that the official schema takes, and no others."""
    rng = random.Random(1)
    fields = items(KINDS[kind])
    assert is_read(document(kind, fields))
    for place, (name, _) in enumerate(fields):
        for value in rng.sample(VALUES, 40):
            content = document(kind, [*fields[:place], (name, value), *fields[place + 1 :]])
            assert is_read(content) == (not official(content)), (name, value)


@pytest.mark.parametrize("kind", KINDS)
def test_elements(kind: str, official: Callable[..., str]) -> None:
    """Elements may be missing, doubled or out of order where the official schema lets them."""
    rng = random.Random(1)
    fields = items(KINDS[kind])
    for _ in range(400):
        share = rng.choice([0.5, 0.9, 1.0])
        chosen = [field for field in fields if rng.random() < share]
        if len(chosen) > 1 and rng.random() < 0.3:
            one, two = rng.sample(range(len(chosen)), 2)
            chosen[one], chosen[two] = chosen[two], chosen[one]
        if rng.random() < 0.1:
            chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(fields))
        content = document(kind, chosen)
        assert is_read(content) == (not official(content)), [name for name, _ in chosen]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (f"trkSub=a mode=CCD stn=F51 obsTime={TIME} ra=1 dec=1", "lacks astCat"),
        (
            f"mode=CCD stn=F51 obsTime={TIME} ra=1 dec=1 astCat=G",
            "lacks permID or provID or artSat or trkSub",
        ),
        (f"trkSub=a mode=CCD stn=F51 obsTime={TIME} ra=1 dec=1 astCat=G mag=20", "lacks band"),
        (f"trkSub=a mode=CCD stn=F51 obsTime={TIME} dec=1 ra=1 astCat=G", "holds dec too early"),
        (f"trkSub=a mode=CCD stn=F51 obsTime={TIME} ra=1 ra=1 dec=1 astCat=G", "holds ra twice"),
        (
            f"trkSub=a mode=CCD stn=F51 obsTime={TIME} ra=1 dec=1 astCat=G colour=red",
            "must not hold 'colour'",
        ),
    ],
)
def test_the_reason_names_the_element(fields: str, reason: str) -> None:
    """Whoever wrote the file learns what to change."""
    with pytest.raises(FormatError, match=reason):
        parse_xml(document("optical", items(fields)))


@pytest.mark.parametrize(
    "inside",
    ["", "<one>1</one>", "<one><two a='b'>x</two></one>", "text", "<one>x</one>text", "<mag>20</mag>",
     "<mag>x</mag>", "<one><ra>400</ra></one>", "<mag><one/></mag>", "<stn a='b'>950</stn>"],
)  # fmt: skip
def test_local_use(inside: str, official: Callable[..., str]) -> None:
    """It holds any elements; those that are called as ADES calls them follow its rules."""
    fields = (
        f"<trkSub>a</trkSub><mode>CCD</mode><stn>F51</stn><obsTime>{TIME}</obsTime><ra>1</ra><dec>1</dec>"
    )
    record = f"<optical>{fields}<astCat>G</astCat><localUse>{inside}</localUse></optical>"
    content = f'<ades version="2022">{record}</ades>'.encode()
    assert is_read(content) == (not official(content))
    if is_read(content):
        found = parse_xml(content)
        assert parse_xml(format_xml(found).encode()) == found


TEXT = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="|"), min_size=1, max_size=40)
CONTEXT = (
    Group("observatory", (("mpcCode", "950"),)),
    Group("submitter", (("name", "A. Sender"),)),
    Group("measurers", (("name", "B. Measurer"), ("name", "C. Measurer"))),
    Group("telescope", (("design", "Reflector"), ("aperture", "2.50"), ("detector", "CCD"))),
    Group("fundingSource", text="a grant"),
)


@given(
    ra=st.decimals(0, 359, places=9).map(lambda value: f"{value:.9f}"),
    dec=st.decimals(-90, 90, places=6).map(lambda value: f"{value:+f}"),
    second=st.decimals(0, 59, places=6).map(lambda value: f"{value:09.6f}"),
    remarks=TEXT,
    name=st.from_regex(r"\A[-A-Za-z0-9_]{1,8}\Z"),
)
def test_a_document_comes_back_from_both_forms(
    ra: str, dec: str, second: str, remarks: str, name: str
) -> None:
    """Whatever its texts are."""
    fields = {
        "trkSub": name, "mode": "CCD", "stn": "950", "obsTime": f"2026-11-19T23:59:{second}Z", "ra": ra,
        "dec": dec, "astCat": "Gaia3E", "remarks": remarks,
    }  # fmt: skip
    whole = Document((Block((Record("optical", fields), Record("optical", fields)), CONTEXT),))
    assert parse_xml(format_xml(whole).encode()) == whole
    assert parse_psv(format_psv(whole)) == whole
