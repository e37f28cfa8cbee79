"""A sparse field of five frames of 2048 x 4096, from files to tracklets, against SExtractor on the same.

One process each, reading included. The ordinary search is what is compared; the deep search is timed apart,
and so is the time against the density of stars and the number of frames, drawn into ``docs/images``. A
graphics card is not used: the deep search runs on the processor.

Run it as ``python benchmarks/bench_find_movers.py``; it needs ``source-extractor``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from peer import compare

from astrolib.core.files import write_text
from astrolib.images.frame import ReducedFrame
from astrolib.images.reading import read_frames
from astrolib.images.writing import write_frame
from astrolib.movers.deep import search_deep
from astrolib.movers.deep.rows import tabulate
from astrolib.movers.frames.registering import register
from astrolib.movers.ordinary import search_ordinary
from astrolib.sky.nights.field import floor_field

MOST = 2.0  # times SExtractor's time
SEED = 1001
IMAGES = Path(__file__).parents[1] / "docs" / "images"
DENSITIES = {"sparse": 9, "crowded": 54, "packed": 180}  # stars a square arcminute
FRAMES = (3, 5, 8)


def main() -> None:
    """Print the rows, draw the plot, and fail where the ordinary search takes over twice the peer's time."""
    program = shutil.which("source-extractor") or shutil.which("sex")
    if program is None:
        sys.exit("source-extractor is not installed")
    with tempfile.TemporaryDirectory() as folder:
        files = _frames(Path(folder))
        ratio = compare(
            "ordinary search, 5 x 2048 x 4096, read to tracklets",
            lambda: search_ordinary(register(read_frames(files)[0])),
            lambda: _sextractor(program, files),
            runs=5,
        )
        seconds = _seconds(lambda: _deep(read_frames(files)[0]))
        print(f"{'deep search, the same, on the processor':<50} {seconds:9.3f} s")
    write_text(IMAGES / "search-time.svg", _drawing(_by_density(), _by_frames()))
    sys.exit(ratio > MOST)


def _frames(folder: Path) -> list[Path]:
    field = floor_field("sparse", SEED, shape=(4096, 2048), movers=120)
    for frame in field.frames:
        write_frame(frame, folder / frame.name)
    return sorted(folder.glob("*.fits"))


def _sextractor(program: str, files: list[Path]) -> None:
    """Run SExtractor with its default settings, a process a file, as its users do."""
    folder = files[0].parent
    (folder / "default.param").write_text("NUMBER\nX_IMAGE\nY_IMAGE\nFLUX_AUTO\nFWHM_IMAGE\nELLIPTICITY\n")
    for file in files:
        subprocess.run(
            [
                program,
                f"{file}[0]",
                "-c",
                "/dev/null",
                "-PARAMETERS_NAME",
                str(folder / "default.param"),
                "-FILTER",
                "N",
                "-CATALOG_NAME",
                str(folder / "out.cat"),
                "-VERBOSE_TYPE",
                "QUIET",
            ],
            check=True,
            cwd=folder,
            capture_output=True,
        )


def _deep(frames: list[ReducedFrame]) -> None:
    field = register(frames)
    tabulate(field, search_deep(field))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _by_density() -> list[tuple[float, float, float]]:
    """Return stars a square arcminute, and seconds of the ordinary and the deep search."""
    return [(stars, *_both(regime, 5)) for regime, stars in DENSITIES.items()]


def _by_frames() -> list[tuple[float, float, float]]:
    return [(count, *_both("faint", count)) for count in FRAMES]


def _both(regime: str, count: int) -> tuple[float, float]:
    frames = sorted(floor_field(regime, SEED).frames, key=lambda frame: frame.mid)[:count]
    ordinary = _seconds(lambda: search_ordinary(register(frames)))
    deep = _seconds(lambda: _deep(frames))
    print(
        f"{regime}, {len(frames)} frames of 2048 x 2048: ordinary {ordinary:.2f} s, deep {deep:.2f} s",
        flush=True,
    )
    return ordinary, deep


def _drawing(density: list[tuple[float, float, float]], frames: list[tuple[float, float, float]]) -> str:
    """Return two panels: time against the density of stars, and against the number of frames."""
    most = 1.1 * max(one[2] for one in density + frames)
    panels = [(density, 40.0, "stars a square arcminute"), (frames, 340.0, "frames")]
    body = "".join(_panel(points, left, label, most) for points, left, label in panels)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260" font-family="sans-serif" '
        'font-size="12">'
        f"{body}</svg>\n"
    )


def _panel(points: list[tuple[float, float, float]], left: float, label: str, most: float) -> str:
    low, high = points[0][0], points[-1][0]
    columns = [left + 20 + (one[0] - low) / (high - low) * 220 for one in points]
    parts = [f'<line x1="{left}" y1="210" x2="{left + 260}" y2="210" stroke="#888888"/>']
    parts.append(_text(left + 130, 248, label))
    for column, point in zip(columns, points, strict=True):
        parts.append(_text(column, 228, f"{point[0]:g}"))
    for row, colour, name in ((1, "#1b6ca8", "ordinary"), (2, "#c4572d", "deep")):
        rows = [210 - point[row] / most * 190 for point in points]
        curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(columns, rows, strict=True))
        parts.append(f'<polyline points="{curve}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(columns[-1] - 10, rows[-1] - 8, f"{name} {points[-1][row]:.1f} s", colour))
    return "".join(parts)


def _text(x: float, y: float, text: str, colour: str = "#444444") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}">{text}</text>'


if __name__ == "__main__":
    main()
