"""`som.html`: a map to walk over in any browser, in one file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.files import write_text
from astrolib.core.paths import shipped
from astrolib.models.map.matching import Matches, quantisation_error, topographic_error
from astrolib.models.map.members import Members, evenly
from astrolib.models.map.planes import counts, u_matrix
from astrolib.models.map.spectrum_map import SpectrumMap

if TYPE_CHECKING:
    from astrolib.collection import PreparedSpectra

MOST_SPECTRA = 24
"""Spectra of a neuron that the page holds."""

MOST_PIXELS = 280
"""Points of a curve; a spectrum with more is averaged over neighbouring pixels."""

MOST_VALUES = 12_000_000
"""Fluxes that the page holds, two bytes each; a large map shows fewer spectra of each neuron."""

_MODULES = ("dom.js", "map_lattice.js", "map_spectra.js", "map_explorer.js", "map_page.js")
_STYLES = ("look.css", "map.css", "map_page.css")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w-]+\.js";\n', re.MULTILINE)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'sha256-{digest}'; img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body data-jp-theme-light="true">
<main class="astrolib astrolib-map-page"></main>
<script type="application/json" id="map">{content}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def write_page(
    path: Path,
    som: SpectrumMap,
    prepared: PreparedSpectra,
    matches: Matches,
    *,
    title: str = "Map of spectra",
) -> None:
    """Write ``som.html``, whole or not at all.

    The page loads nothing, and its policy forbids it to. It colours the map by counts, U-matrix or flux, and
    shows each neuron's reference vector with a sample of its spectra, evenly from the nearest to the
    farthest.

    Parameters
    ----------
    path : Path
        The file.
    som : SpectrumMap
        The map.
    prepared : PreparedSpectra
        The spectra on it.
    matches : Matches
        Where they lie, as ``som.match(prepared)`` says.
    title : str
        The heading.
    """
    folder = shipped("nbextensions")
    script = "".join(_IMPORT.sub("", (folder / name).read_text(encoding="utf-8")) for name in _MODULES)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = "".join((folder / name).read_text(encoding="utf-8") for name in _STYLES)
    content = _escaped(_content(som, prepared, matches) | {"title": title})
    write_text(
        path,
        _PAGE.format(digest=digest, title=html.escape(title), style=style, content=content, script=script),
    )


def _escaped(value: Any) -> str:
    """Return JSON in which nothing can end the element that holds it."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _content(som: SpectrumMap, prepared: PreparedSpectra, matches: Matches) -> dict[str, Any]:
    topology = som.topology
    members = Members(matches, topology)
    bins = _bins(len(som.wavelength))
    most = min(MOST_SPECTRA, max(1, MOST_VALUES // (topology.neurons * (len(bins) - 1))))
    listed = [evenly(members.of(neuron), most) for neuron in range(topology.neurons)]
    known = np.isfinite(som.wavelength).all()
    axis = som.wavelength if known else np.arange(len(som.wavelength), dtype=np.float64)
    titles = prepared.info["target"]
    return {
        "shape": {name: getattr(topology, name) for name in ("rows", "columns", "grid", "edges")},
        "axis": {"known": bool(known), "medium": prepared.medium},
        "wavelength": _bytes(_binned(axis[np.newaxis], bins), "<f8"),
        "counts": _bytes(counts(matches.neuron, topology), "<f4"),
        "u_matrix": _bytes(u_matrix(som.weights, topology), "<f4"),
        "weights": _bytes(_binned(som.weights, bins), "<f4"),
        "spectra": [_packed(_rows(prepared.flux, rows, bins)) for rows in listed],
        "members": [
            [
                [str(prepared.ids[row]), str(titles[row]), float(f"{matches.distance[row]:.4g}")]
                for row in rows
            ]
            for rows in listed
        ],
        "total": len(matches.neuron),
        "errors": {
            "quantisation": quantisation_error(matches),
            "topographic": topographic_error(matches, topology),
        },
        "averaged": len(bins) - 1 < len(som.wavelength),
    }


def _bins(pixels: int) -> NDArray[np.int64]:
    """Return the ends of bins of whole pixels, at most `MOST_PIXELS` of them."""
    return np.linspace(0, pixels, min(pixels, MOST_PIXELS) + 1).round().astype(np.int64)


def _binned(values: NDArray, bins: NDArray[np.int64]) -> NDArray:
    """Return the means over bins of pixels."""
    return np.add.reduceat(values, bins[:-1], axis=1, dtype=np.float64) / np.diff(bins)


def _rows(flux: Any, rows: NDArray[np.int64], bins: NDArray[np.int64]) -> NDArray[np.float64]:
    return _binned(np.asarray(flux[rows], dtype=np.float64), bins)


def _packed(flux: NDArray[np.float64]) -> dict[str, Any]:
    """Return fluxes as 16-bit steps between their lowest and highest, which no eye tells from floats."""
    if not flux.size:
        return {"low": 0.0, "high": 0.0, "steps": ""}
    low, high = float(flux.min()), float(flux.max())
    steps = np.round((flux - low) / ((high - low) or 1) * 65535)
    return {"low": low, "high": high, "steps": _bytes(steps, "<u2")}


def _bytes(values: NDArray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values).astype(dtype).tobytes()).decode()
