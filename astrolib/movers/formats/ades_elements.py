"""The type of each element of an ADES document, in the versions 2017 and 2022.

Source: IAU ADES, general schema of each version.
"""

from __future__ import annotations

from collections.abc import Mapping

from astrolib.movers.formats.ades_values import (
    Type,
    decimal,
    double,
    integer,
    integer_among,
    matching,
    number_among,
    one_of,
    short_decimal,
    short_positive,
    text_type,
    time,
    word,
)

VERSIONS = ("2017", "2022")

_PERM_ID = (
    r"[0-9]+([IPD](-[A-Z]{1,2})?)?"
    r"|(Mars|Jupiter|Saturn|Uranus|Neptune) [0-9]{1,3}|\([0-9]+\) [0-9]{1,3}"
)
_PROV_ID = (
    r"[0-9]{4} [A-HJ-Y][A-HJ-Z][0-9]*|[0-9]{4} (P-L|T-[123])|[ADCPX]/[0-9]{4} [A-Z]{1,2}[0-9]*(-[A-Z])?"
    r"|S/[0-9]{4} ([MJSUN]|\(([0-9]+|[0-9]{4} [A-HJ-Y][A-HJ-Z]?[0-9]+)\)) [0-9]+"
    r"|A[89][0-9]{2} [A-HJ-Y][A-HJ-Z]"
)
_PLANETS = "Mercury|Venus|Earth|Moon|Mars|Jupiter|Saturn|Uranus|Neptune"
_RA_2022 = r"([1-3][0-9]{2}|[1-9]?[0-9])?(\.[0-9]{0,9})?"
_DEC_2022 = r"[+-]?([1-9]?[0-9])?(\.[0-9]{0,9})?"

_PERM = matching("a permanent designation as 3202, 73P or Jupiter 13", _PERM_ID)
_PROV = matching("a provisional designation as 2014 BA1 or C/1995 A1", _PROV_ID)
_CENTRE = matching("a planet or a designation", rf"{_PERM_ID}|{_PROV_ID}|{_PLANETS}")
_TRK_SUB = matching("a name of letters, digits and - ? + @ . ( ) / \\ _", r"[- ?+@.()/\\A-Za-z0-9_]*", 8)
_CATALOGUE = matching("letters, digits, dots and underscores", r"[.A-Za-z0-9_]*", 8)
_STATION = word(4, shortest=3)
_SELECTED = one_of("A", "a", "D", "d")
_LOGICAL = integer_among("0", "1")
_PRECISION = number_among("0.1", "0.6", "0.01", "0.001", "60", "6", "1")
_TIME_PRECISION = number_among("100000", "10000", "1000", "100", "10", "1", "41667", "4167", "694", "69")

_COMMON: dict[str, Type] = {
    "permID": _PERM, "provID": _PROV, "trkSub": _TRK_SUB,
    "obsID": word(25), "trkID": matching("letters, digits, - and _", r"[-A-Za-z0-9_]*", 12),
    "trkMPC": matching("letters, digits, - and _", r"[-A-Za-z0-9_]*", 12),
    "mode": word(3), "stn": _STATION, "trx": _STATION, "rcv": _STATION, "mpcCode": _STATION,
    "sys": one_of("WGS84", "ITRF", "IAU", "ICRF_AU", "ICRF_KM"), "prog": word(2), "obsCenter": _CENTRE,
    "astCat": _CATALOGUE, "photCat": _CATALOGUE, "band": word(3),
    "nucMag": _LOGICAL, "shapeOcc": _LOGICAL, "com": _LOGICAL,
    "disc": one_of("*", "+"), "deprecated": one_of("X"),
    "subFrm": matching("a frame as B1950.0", r"[BJ][0-9]{4}.0|APP\."), "subFmt": word(4),
    "precTime": _TIME_PRECISION, "precRA": _PRECISION, "precDec": _PRECISION,
    "notes": word(6), "remarks": text_type(300), "photMod": word(8),
    "selAst": _SELECTED, "selPhot": _SELECTED, "selDelay": _SELECTED, "selDoppler": _SELECTED,
}  # fmt: skip


def _all(names: str, kind: Type) -> dict[str, Type]:
    return dict.fromkeys(names.split(), kind)


_2017: dict[str, Type] = {
    **_COMMON,
    **_all("name institution design detector filter arraySize astrometry fitOrder photometry", text_type()),
    **_all("objectDetection line fundingSource artSat orbProd orbID photProd", text_type()),
    **_all("rmsTime rmsRA rmsDec rmsDist rmsPA dist delay rmsDelay rmsDoppler", decimal(above="0.0")),
    **_all("rmsMag photAp seeing exp rmsFit frq uncTime sigRA sigDec sigTime", decimal(above="0.0")),
    **_all("sigMag sigDelay sigDoppler aperture fRatio pixelScale", decimal(above="0.0")),
    **_all("pos1 pos2 pos3 posCov11 posCov12 posCov13 posCov22 posCov23 posCov33", decimal()),
    **_all("deltaRA deltaDec doppler mag logSNR resRA resDec biasRA biasDec biasTime", decimal()),
    **_all("resMag biasMag resDelay resDoppler", decimal()),
    **_all("ra raStar pa", decimal("a right ascension in degrees", least="0.0", below="360.0")),
    **_all("dec decStar", decimal("a declination in degrees", least="-90.0", most="90.0")),
    **_all("rmsCorr sigCorr", decimal("a correlation", least="-1.0", most="1.0")),
    "obsSubID": word(25), "ref": text_type(16), "obsTime": time(None), "ctr": integer(),
    "nStars": integer("a number of stars", least="1"),
}  # fmt: skip

_2022: dict[str, Type] = {
    **_COMMON,
    **_all("name institution astrometry photometry objectDetection line fundingSource", text_type(100)),
    **_all("orbProd photProd", text_type(100)),
    **_all("detector filter arraySize fitOrder artSat orbID", text_type(25)),
    **_all("design obsSubID", text_type(35)),
    **_all("rmsRA rmsDec sigRA sigDec", short_positive(7)),
    **_all("rmsDist rmsPA rmsDelay rmsDoppler rmsMag photAp seeing exp rmsFit", short_positive(6)),
    **_all("sigMag sigDelay sigDoppler aperture fRatio pixelScale", short_positive(6)),
    **_all("rmsTime uncTime sigTime", short_positive(8)),
    **_all("dist", short_positive(10)),
    **_all("delay", short_positive(14)),
    **_all("pos1 pos2 pos3 vel1 vel2 vel3 doppler", short_decimal(13)),
    **_all("deltaRA deltaDec biasTime", short_decimal(9)),
    **_all("biasRA biasDec", short_decimal(7)),
    **_all("logSNR biasMag", short_decimal(5)),
    **_all("posCov11 posCov12 posCov13 posCov22 posCov23 posCov33", double(20)),
    **_all("resRA resDec resMag resDelay resDoppler", double(6)),
    **_all("ra raStar pa", decimal(
        "a right ascension in degrees with at most 9 decimals", _RA_2022, least="0.0", below="360.0"
    )),
    **_all("dec decStar", decimal(
        "a declination in degrees with at most 9 decimals", _DEC_2022, least="-90.0", most="90.0"
    )),
    **_all("rmsCorr sigCorr", decimal(
        "a correlation with at most 11 decimals", r"[+-]?[01](\.[0-9]{0,11})?", above="-1.0", below="1.0"
    )),
    "permID": matching(_PERM.about, _PERM_ID, 25), "provID": matching(_PROV.about, _PROV_ID, 25),
    "mag": short_decimal(7, least="-5.0", most="35.0"), "fltr": word(3),
    "obsTime": time(6), "ref": text_type(28), "ctr": integer_among("399"),
    "nStars": integer("a number of stars", least="1", below="1000000"),
    "frq": decimal("a frequency of at most 16 characters", r"[0-9.]{1,16}", above="0.0"),
}  # fmt: skip

ELEMENTS: Mapping[str, Mapping[str, Type]] = {"2017": _2017, "2022": _2022}
"""Types by version and name of the element."""

SUBMITTED_TRK_SUB = matching("a name of letters, digits, - and _", r"[-A-Za-z0-9_]*", 8)
