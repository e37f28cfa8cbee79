"""A FITS file is opened if its headers tell the truth, and refused at once if they cannot."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.core.fits import open_fits

pytestmark = pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyWarning")


def cards(*lines: str) -> bytes:
    return "".join(f"{line:<80}" for line in (*lines, "END")).ljust(2880).encode()


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    path = tmp_path / "honest.fits"
    table = fits.BinTableHDU.from_columns([fits.Column("flux", "E", array=np.arange(10.0))])
    fits.HDUList([fits.PrimaryHDU(np.ones((4, 5), np.float32)), table]).writeto(path)
    return path


def test_an_honest_file_is_opened_plain_and_packed(honest: Path, tmp_path: Path) -> None:
    packed = tmp_path / "honest.fits.gz"
    packed.write_bytes(gzip.compress(honest.read_bytes()))
    for path in (honest, packed):
        with open_fits(path) as hdus:
            assert hdus[0].data.sum() == 20
            assert len(hdus[1].data) == 10


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 99999999"), "NAXIS is 99999999"),
        (("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = -1"), "NAXIS is -1"),
        (("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "TFIELDS = 99999999"), "TFIELDS is 99999999"),
        (("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 99999999999"), "claims 99999999999 bytes"),
        (("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = -5"), "negative size"),
        (
            (
                "SIMPLE  = T",
                "BITPIX  = 8",
                "NAXIS   = 0",
                "ZBITPIX = -64",
                "ZNAXIS  = 1",
                "ZNAXIS1 = 9999999999",
            ),
            "claims 79999999992 bytes",
        ),
    ],
)
def test_absurd_claims_are_refused(tmp_path: Path, lines: tuple[str, ...], what: str) -> None:
    path = tmp_path / "hostile.fits"
    path.write_bytes(cards(*lines))
    with pytest.raises(HostileFileError, match=what), open_fits(path):
        pass


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.fits.gz"
    path.write_bytes(gzip.compress(bytes(200_000_000)))
    with pytest.raises(HostileFileError, match="expand to more than"), open_fits(path):
        pass


def test_a_large_file_is_refused_by_its_size(honest: Path) -> None:
    with pytest.raises(HostileFileError, match="raise max_file_mb"), open_fits(honest, max_bytes=1000):
        pass


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda content: content[:2900], "cut short"),
        (lambda content: content[:100], "without END"),
        (lambda content: b"", "cut short|not a FITS"),
        (lambda content: b"<html>" * 1000, "not a FITS file"),
        (
            lambda content: content.replace(
                b"BITPIX  =                  -32", b"BITPIX  =                  big"
            ),
            "BITPIX",
        ),
        (lambda content: gzip.compress(content)[:-20], "broken gzip"),
    ],
)
def test_a_damaged_file_names_the_damage(honest: Path, damage: Callable[[bytes], bytes], what: str) -> None:
    honest.write_bytes(damage(honest.read_bytes()))
    with pytest.raises(UnreadableFileError, match=what), open_fits(honest) as hdus:
        len(hdus)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_headers_are_opened_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 100") + bytes(2880))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.fits"
    path.write_bytes(content)
    with suppress(AstrolibError), open_fits(path):
        pass


def test_real_files_pass_the_guard(shared: Path) -> None:
    for path in sorted((shared / "data" / "spectra").rglob("*.fit*")):
        with open_fits(path) as hdus:
            assert hdus[0].header is not None, path.name


def test_a_real_truncated_download_is_refused(shared: Path) -> None:
    path = next((shared / "data" / "asteroids").rglob("*.truncated"))
    with pytest.raises(UnreadableFileError, match="cut short"), open_fits(path):
        pass


def test_more_extensions_than_anybody_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.fits"
    extension = cards("XTENSION= 'IMAGE   '", "BITPIX  = 8", "NAXIS   = 0", "PCOUNT  = 0", "GCOUNT  = 1")
    path.write_bytes(cards("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0") + extension * 1001)
    with pytest.raises(HostileFileError, match="more than 1000 extensions"), open_fits(path):
        pass
