"""A local folder is listed with what lies below it, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrolib.archive import list_folder
from astrolib.core.errors import RefusedError


@pytest.fixture
def spectra(tmp_path: Path) -> Path:
    folder = tmp_path / "spectra"
    for name in ("b.fits", "night/a.fits.gz", "night/notes.md", ".hidden/c.fits"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(1500))
    return folder


def test_spectra_are_found_below(spectra: Path) -> None:
    answer = list_folder(spectra)
    assert (answer.status, answer.address) == ("found", str(spectra))
    assert answer.offer["title"].tolist() == ["b.fits", "night/a.fits.gz"]
    assert answer.offer["accref"].tolist() == [str(spectra / "b.fits"), str(spectra / "night" / "a.fits.gz")]
    assert answer.offer["size"].to_value("kbyte").tolist() == [1.5, 1.5]


def test_links_that_lead_outside_are_not_followed(spectra: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.fits").write_bytes(b"x")
    (spectra / "file.fits").symlink_to(outside / "secret.fits")
    (spectra / "folder").symlink_to(outside)
    (spectra / "loop").symlink_to(spectra)
    (spectra / "inside.fits").symlink_to(spectra / "b.fits")
    (spectra / "broken.fits").symlink_to(spectra / "nowhere.fits")
    titles = list_folder(spectra).offer["title"].tolist()
    assert titles == ["b.fits", "inside.fits", "night/a.fits.gz"]


def test_an_empty_folder_is_none_and_no_folder_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert list_folder(empty).status == "none"
    with pytest.raises(RefusedError, match="not a folder"):
        list_folder(tmp_path / "nowhere")
