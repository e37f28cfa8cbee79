"""What a search leaves in a folder: its tables, and the file that is blinked of each tracklet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from astropy.table import QTable

from astrolib.core.files import whole_file
from astrolib.core.progress import Progress
from astrolib.images.frame import ReducedFrame
from astrolib.movers.blink import write_blinks
from astrolib.movers.trails.rows import Found


def write_found(
    folder: Path,
    frames: Sequence[ReducedFrame],
    found: Found,
    *,
    progress: Progress | None = None,
    **more: QTable,
) -> None:
    """Write ``tracklets.ecsv``, ``detections.ecsv``, ``removed.ecsv`` and ``blink/``.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    frames : sequence of ReducedFrame
        Those that were searched.
    found : Found
        What was found in them.
    progress : Progress, optional
        Called after each tracklet.
    **more : QTable
        Further tables by name: ``planted``, ``known``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"tracklets": found.tracklets, "detections": found.detections, "removed": found.removed}
    for name, table in (tables | more).items():
        with whole_file(folder / f"{name}.ecsv") as temporary:
            table.write(temporary, format="ascii.ecsv", overwrite=True)
    write_blinks(folder / "blink", frames, found.tracklets, found.detections, progress=progress)
