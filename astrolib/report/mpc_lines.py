"""A report in 80 columns: headers, and one line for each record of ADES.

Source: Minor Planet Center, "Format For Optical Astrometric Observations" and "Observational Details".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from astrolib.movers.formats import Identity, Record
from astrolib.report import catalogues
from astrolib.report.bands import one_character
from astrolib.report.site import Site

WIDTH = 80
_METHODS = {"CCD": "C", "CMO": "B"}
_MILLIONTHS = 1_000_000


def header_lines(site: Site, count: int) -> list[str]:
    """Return the headers that say who observed, where, with what, and how many lines follow."""
    submitter = ", ".join((*site.texts("submitter", "name"), *site.texts("submitter", "institution")))
    return [
        f"COD {site.station}",
        *_wrapped("CON", submitter),
        *_wrapped("OBS", ", ".join(site.texts("observers", "name"))),
        *_wrapped("MEA", ", ".join(site.texts("measurers", "name"))),
        *_wrapped("TEL", _telescope(site)),
        f"NET {catalogues.name(site.ast_cat)}",
        f"NUM {count}",
        *(line for text in site.texts("comment", "line") for line in _wrapped("COM", text)),
        *(line for address in site.contact for line in _wrapped("AC2", address)),
    ]


def line_of(record: Record) -> str:
    """Return an optical record as a line of 80 columns.

    Column 14 stays blank: at some stations a note there would be read as the code of a programme.

    Raises
    ------
    FormatError
        If the names of the object do not fit.
    """
    fields = record.fields
    names = (fields.get(name, "") for name in ("permID", "provID", "trkSub"))
    magnitude = f"{fields['mag']:>5}" if "mag" in fields else " " * 5
    band = one_character(fields["band"]) if "band" in fields else " "
    return (
        f"{Identity(*names).columns()}  {_METHODS[fields['mode']]}{day(fields['obsTime'])}"
        f"{right_ascension(fields['ra'])}{declination(fields['dec'])}{'':9}{magnitude}{band}{'':6}{fields['stn']}"
    )


def day(time: str) -> str:
    """Return a time in ISO 8601 as the date in columns 16 to 32, to a millionth of a day.

    A leap second is the last millionth of its day.
    """
    written, _, clock = time.removesuffix("Z").partition("T")
    hours, minutes, seconds = clock.split(":")
    elapsed = int(hours) * 3600 + int(minutes) * 60 + Decimal(seconds)
    millionths = int((elapsed * _MILLIONTHS / 86_400).to_integral_value(ROUND_HALF_UP))
    if int(Decimal(seconds)) == 60:
        millionths = _MILLIONTHS - 1
    days, rest = divmod(millionths, _MILLIONTHS)
    on = date.fromisoformat(written) + timedelta(days=days)
    return f"{on:%Y %m %d}.{rest:06d}"


def right_ascension(degrees: str) -> str:
    """Return degrees as hours, minutes and seconds in columns 33 to 44, to a millisecond of time."""
    total = _rounded(Decimal(degrees) * 240, 3) % Decimal(86_400)
    return f"{_sexagesimal(total)}{total % 60:06.3f}"


def declination(degrees: str) -> str:
    """Return degrees as degrees, minutes and seconds in columns 45 to 56, to a hundredth of an arcsecond."""
    value = Decimal(degrees)
    total = _rounded(abs(value) * 3600, 2)
    return f"{'-' if value.is_signed() else '+'}{_sexagesimal(total)}{total % 60:05.2f} "[:12]


def _sexagesimal(seconds: Decimal) -> str:
    minutes = int(seconds) // 60
    return f"{minutes // 60:02d} {minutes % 60:02d} "


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _telescope(site: Site) -> str:
    aperture, design, detector = (
        site.texts("telescope", name)[0] for name in ("aperture", "design", "detector")
    )
    ratio = "".join(f" f/{text}" for text in site.texts("telescope", "fRatio"))
    return f"{aperture}-m{ratio} {design} + {detector}"


def _wrapped(keyword: str, text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, WIDTH - len(keyword) - 1, break_on_hyphens=False):
        yield f"{keyword} {line}"


def report_lines(site: Site, records: Iterable[Record]) -> str:
    """Return the whole report in 80 columns."""
    lines = [line_of(record) for record in records]
    return "".join(f"{line}\n" for line in (*header_lines(site, len(lines)), *lines))
