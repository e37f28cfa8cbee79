"""Download what an offer names: side by side, going on where an earlier try stopped, past every bad file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from astropy.table import QTable

from astrolib.archive import content, datalink, ftp
from astrolib.archive.answer import guard_of
from astrolib.archive.dali import fetch_results
from astrolib.archive.delivery import Delivered, Delivery, rows_of
from astrolib.archive.http import Client
from astrolib.archive.part import PartFile
from astrolib.archive.soda import Cutout, cutout_address
from astrolib.core import settings as core_settings
from astrolib.core.errors import AddressError, AstrolibError, ServiceError
from astrolib.core.files import whole_file
from astrolib.core.outcome import Missing
from astrolib.core.progress import Progress, silent
from astrolib.core.settings import Settings

_Row = dict[str, Any]


def fetch(
    offer: QTable,
    folder: Path,
    *,
    given: str,
    cutout: Cutout | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Delivery:
    """Download the files of an offer's rows.

    A file that an earlier call brought whole is not fetched again, and one that it brought in part is gone
    on with where the service allows. Files of a local folder stay where they are.

    Parameters
    ----------
    offer : QTable
        Rows of the schema `SPECTRUM_OFFER`.
    folder : Path
        Where the files go; made if it is not there.
    given : str
        The address or path that a person gave (`Answer.address`). The addresses that the offer names must
        be public, or have its scheme, host and port; local files must lie within it.
    cutout : Cutout, optional
        Fetch only this part of each spectrum. A row whose archive offers no cutout is missing; its whole
        file is not fetched in its place.
    settings : Settings, optional
        Those in force by default: `downloads` run side by side, each within `deadline`.
    progress : callable, optional
        Called with the rows that are finished, and all.

    Returns
    -------
    Delivery
        Every row, delivered or missing.
    """
    settings = settings or core_settings.load()
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(rows_of(offer))
    with Client(guard_of(given), settings) as client:
        errand = _Errand(client, folder, given, cutout, _there(folder))
        return _sorted_out(rows, _run(errand, rows, settings.downloads, progress or silent))


@dataclass(frozen=True)
class _Errand:
    """What all downloads of one call share."""

    client: Client
    folder: Path
    given: str
    cutout: Cutout | None
    there: dict[str, Path]

    def key(self, row: _Row) -> str:
        """Return what tells two files apart."""
        part = (
            "" if self.cutout is None else f"{row['datalink']} {self.cutout.metres} {self.cutout.fluxcalib}"
        )
        return f"{row['accref']} {part}"

    def bring(self, row: _Row) -> Path:
        """Return the path of a row's file, fetched if need be."""
        if not row["accref"]:
            raise ServiceError("the archive gives no address for it", remedy="ask the archive's operators")
        if _is_local(row["accref"]):
            return self._local(row)
        stem = content.stem(row["accref"], self.key(row))
        return self.there.get(stem) or self._fetched(row, stem)

    def _local(self, row: _Row) -> Path:
        if self.cutout is not None:
            raise ServiceError("a file on disk is not cut by a service", remedy="leave the cutout out")
        return local_file(row["accref"], self.given)

    def _fetched(self, row: _Row, stem: str) -> Path:
        address = self._address(row)
        part = self.folder / f".{stem}.part"
        try:
            if urlsplit(address).scheme == "ftp":
                ftp.save(self.client.guard, address, part, self.client.settings)
            else:
                self.client.save(address, part)
            path = self.folder / (stem + content.suffix(part, address))
            with whole_file(path) as temporary:
                part.replace(temporary)
        finally:
            PartFile(part).clear()
        return path

    def _address(self, row: _Row) -> str:
        """Return what to ask for: the cutout, the file that a DataLink document names, or the accref."""
        if self.cutout is not None:
            if not row["datalink"]:
                raise ServiceError(
                    "the archive names no service that cuts it", remedy="fetch whole files instead"
                )
            return cutout_address(fetch_results(self.client, row["datalink"]), row["pubdid"], self.cutout)
        if datalink.MEDIA in row["format"]:
            return datalink.whole_file(fetch_results(self.client, row["accref"]))
        return row["accref"]


def _there(folder: Path) -> dict[str, Path]:
    """Return the files that earlier calls brought whole, by the stem of their names."""
    return {path.name.split(".")[0]: path for path in folder.iterdir() if not path.name.startswith(".")}


def local_file(accref: str, given: str) -> Path:
    """Return a file on disk that an offer of a local folder names.

    Raises
    ------
    AddressError
        If it does not lie within the folder that the person gave.
    ServiceError
        If it is gone.
    """
    path = Path(unquote(urlsplit(accref).path) if accref.startswith("file:") else accref)
    root = None if "://" in given else Path(given).resolve()
    if root is None or not root.is_dir() or not path.resolve().is_relative_to(root):
        raise AddressError("a file outside the folder that was given", where=accref, remedy="list its folder")
    if not path.is_file():
        raise ServiceError("the file is gone", where=accref, remedy="list the folder again")
    return path.resolve()


def _is_local(accref: str) -> bool:
    return "://" not in accref or accref.startswith("file:")


def _run(
    errand: _Errand, rows: list[_Row], downloads: int, progress: Progress
) -> dict[int, Callable[[], Path]]:
    """Bring each different file once, and return by row how to learn what became of it."""
    sharing: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        sharing.setdefault(errand.key(row), []).append(number)
    became: dict[int, Callable[[], Path]] = {}
    progress(0, len(rows))
    with ThreadPoolExecutor(downloads, thread_name_prefix="fetch") as pool:
        try:
            waiting: dict[Future[Path], list[int]] = {
                pool.submit(errand.bring, rows[numbers[0]]): numbers for numbers in sharing.values()
            }
            for future in as_completed(waiting):
                became |= dict.fromkeys(waiting[future], future.result)
                progress(len(became), len(rows))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return became


def _sorted_out(rows: list[_Row], became: dict[int, Callable[[], Path]]) -> Delivery:
    files, missing = [], []
    for number, row in enumerate(rows):
        name = row["pubdid"] or row["accref"]
        try:
            files.append(Delivered(name, became[number](), row["accref"], row))
        except ValueError as error:
            missing.append(Missing(name, f"an accref that is no address ({error}); correct it in the table"))
        except (AstrolibError, OSError) as error:
            missing.append(Missing(name, " ".join(str(error).split())))
    return Delivery(tuple(files), tuple(missing))
