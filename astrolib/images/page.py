"""`night.html`: how a night was, in one file that asks nobody for anything."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.collection.nights import thumbnail
from astrolib.core.errors import AstrolibError
from astrolib.core.files import write_text
from astrolib.core.paths import shipped
from astrolib.images.drawing import Series, cells, legend, over_the_night, residual_field
from astrolib.images.night import Night
from astrolib.images.summary import Summary

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main class="astrolib astrolib-night-page">
{body}
</main>
</body>
</html>
"""


def write_page(done: Night, path: Path) -> None:
    """Write the page of a night, whole or not at all.

    Seeing, zero point and depth over the night; what was rejected and why; the masters; each frame with a
    small picture, its figures, the residuals of its astrometry, and the maps of seeing and ellipticity. It
    is dark where the reader's system is.
    """
    title = f"Night {done.name}"
    body = [_head(done, title), _figures(done.frames), _rejected(done), _masters(done), _frames(done)]
    style = (shipped("nbextensions") / "night_page.css").read_text(encoding="utf-8")
    write_text(path, _PAGE.format(title=escape(title), style=style, body="\n".join(body)))


def _head(done: Night, title: str) -> str:
    science = [file for file in done.files if file.kind == "science"]
    exposures = len({frame.file for frame in done.frames})
    bands = ", ".join(sorted({frame.band for frame in done.frames})) or "no band"
    line = (
        f"{exposures} of {len(science)} science exposures reduced, in {bands}: {len(done.frames)} frames. "
        f"{len(done.files)} files were read. Times are UTC, the middle of the exposure."
    )
    tiles = [
        ("seeing", _usual([frame.seeing for frame in done.frames], ".2f", "arcsec"), "median"),
        ("depth", _usual([frame.depth for frame in done.frames], ".2f", "mag"), "signal-to-noise 5, median"),
        (
            "astrometry",
            _usual([frame.rms for frame in done.frames], ".3f", "arcsec"),
            "rms of a coordinate, median",
        ),
        ("rejected", str(len(done.rejected)), "each with its reason below"),
    ]
    shown = "".join(
        f'<div class="tile"><span>{name}</span><strong>{value}</strong><small>{about}</small></div>'
        for name, value, about in tiles
    )
    return f'<header><h1>{escape(title)}</h1><p>{escape(line)}</p></header><div class="tiles">{shown}</div>'


def _usual(values: Sequence[float], digits: str, unit: str) -> str:
    """Return the median of what could be measured; - where nothing could."""
    known = [value for value in values if np.isfinite(value)]
    return f"{np.median(known):{digits}} {unit}" if known else "-"


def _figures(frames: Sequence[Summary]) -> str:
    if not frames:
        return "<section><h2>Over the night</h2><p>No frame was reduced.</p></section>"
    groups: dict[str, list[Summary]] = {}
    for frame in frames:
        groups.setdefault(" ".join(filter(None, (frame.band, frame.chip))), []).append(frame)
    shown = [
        ("seeing [arcsec]", "seeing", "", False),
        ("zero point [mag]", "zero_point", "zero_error", False),
        ("depth [mag]", "depth", "", True),
        ("ellipticity", "ellipticity", "", False),
    ]
    pictures = [
        over_the_night(
            [_series(name, some, what, error) for name, some in groups.items()], label, downwards=down
        )
        for label, what, error, down in shown
    ]
    figures = "".join(f"<figure>{picture}</figure>" for picture in pictures)
    return (
        f"<section><h2>Over the night</h2>{legend(list(groups))}"
        f'<div class="figures">{figures}</div></section>'
    )


def _series(name: str, frames: Sequence[Summary], what: str, error: str) -> Series:
    start = np.floor(min(Time(frame.mid, scale="utc").mjd for frame in frames))
    hours = np.array([(Time(frame.mid, scale="utc").mjd - start) * 24 for frame in frames])
    values = np.array([getattr(frame, what) for frame in frames])
    return Series(
        name, hours, values, np.array([getattr(frame, error) for frame in frames]) if error else None
    )


def _rejected(done: Night) -> str:
    if not len(done.rejected):
        return "<section><h2>Rejected</h2><p>Nothing.</p></section>"
    rows = ((str(row["file"]), str(row["key"]), str(row["reason"])) for row in done.rejected)
    return f"<section><h2>Rejected</h2>{_table(('file', 'what', 'why, and what helps'), rows)}</section>"


def _masters(done: Night) -> str:
    names = ("file", "kind", "chip", "filter", "frames", "noise", "bad pixels")
    rows = (
        (
            str(row["file"]),
            str(row["kind"]),
            str(row["chip"]),
            str(row["filter"]),
            str(row["frames"]),
            f"{row['noise']:.3g}",
            str(row["bad"]),
        )
        for row in done.masters
    )
    return f"<section><h2>Masters</h2>{_table(names, rows)}</section>"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _frames(done: Night) -> str:
    paths = {file.id: file.path for file in done.files}
    pictures: dict[str, str] = {}
    for frame in done.frames:
        if frame.file not in pictures:
            pictures[frame.file] = _picture(Path(paths[frame.file]), frame.raw)
    cards = "".join(_card(frame, pictures[frame.file]) for frame in done.frames)
    return f"<section><h2>Frames</h2>{cards}</section>"


def _card(frame: Summary, picture: str) -> str:
    facts = [
        ("mid, UTC", frame.mid.replace("T", " ")),
        ("exposure", f"{frame.exposure:g} s"),
        ("seeing", _usual([frame.seeing], ".2f", "arcsec")),
        ("ellipticity", _usual([frame.ellipticity], ".3f", "")),
        ("zero point", f"{frame.zero_point:.3f} ± {frame.zero_error:.3f}"),
        ("depth", _usual([frame.depth], ".2f", "mag")),
        ("sky", _usual([frame.sky], ".2f", "mag/arcsec²")),
        ("astrometry", f'{frame.rms:.3f}", {frame.stars} stars, order {frame.order}'),
        ("cosmic pixels", str(frame.cosmic)),
        ("masked", f"{frame.masked:.2%}"),
    ]
    facts += [("note", note) for note in frame.notes]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    drawn = (
        residual_field(frame.residuals, frame.shape, frame.rms)
        + cells(frame.seeing_map, frame.shape, "seeing [arcsec]")
        + cells(frame.ellipticity_map, frame.shape, "ellipticity")
    )
    title = " · ".join(filter(None, (frame.name, frame.field, frame.band)))
    return (
        f"<details><summary>{picture}<div><h3>{escape(title)}</h3><dl>{listed}</dl></div></summary>"
        f'<div class="maps">{drawn}</div></details>'
    )


def _picture(path: Path, name: str) -> str:
    """Return a small picture of a raw file, or nothing where none can be made."""
    try:
        content = base64.b64encode(png(thumbnail(path, 140))).decode()
    except AstrolibError:
        return ""
    return f'<img alt="{escape(name, quote=True)}" src="data:image/png;base64,{content}">'


def png(grey: NDArray[np.uint8]) -> bytes:
    """Return a grey picture as PNG (W3C Recommendation, second edition), shape (rows, columns)."""
    rows, columns = grey.shape
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)
    lines[:, 1:] = grey
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines.tobytes(), 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
