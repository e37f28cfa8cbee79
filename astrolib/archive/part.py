"""A file that is not whole yet: what is there of it, and whether a service can go on with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

import requests

from astrolib.archive.refusal import shown
from astrolib.core.errors import AstrolibError, ServiceError


@dataclass(frozen=True)
class PartFile:
    """A download on its way.

    A service that gives a strong ETag can be asked for the rest later, with If-Range (RFC 9110, section
    13.1.5), so that a file that has changed meanwhile is fetched anew. The tag lies beside the file.

    Parameters
    ----------
    path : Path
        The file.
    """

    path: Path

    @property
    def _tag(self) -> Path:
        return self.path.with_name(self.path.name + ".etag")

    @property
    def size(self) -> int:
        """How many bytes are there to go on with."""
        return self.path.stat().st_size if self._tag.exists() and self.path.exists() else 0

    def headers(self) -> dict[str, str]:
        """Return what asks for the rest; nothing where all of it is to be fetched."""
        return {"Range": f"bytes={self.size}-", "If-Range": self._tag.read_text()} if self.size else {}

    def accepts(self, response: requests.Response) -> bool:
        """Say whether an answer is the rest that was asked for, rather than the whole.

        Raises
        ------
        ServiceError
            If it is another part.
        """
        rest = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if rest and not response.headers.get("Content-Range", "").startswith(f"bytes {self.size}-"):
            raise ServiceError(
                "it sent another part than asked for", where=shown(str(response.url)), remedy="try again"
            )
        self._note(response.headers.get("ETag", ""))
        return rest

    def write(self, chunks: Iterable[bytes], *, rest: bool) -> None:
        """Write what comes, behind what is there where it is the `rest`.

        Raises
        ------
        AstrolibError
            If it cannot be written.
        """
        with self._opened("ab" if rest else "wb") as stream:
            for chunk in chunks:
                self._store(stream, chunk)

    def forget(self) -> None:
        """Make the next call begin anew."""
        self._tag.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what cannot be gone on with."""
        if not self.size:
            self.path.unlink(missing_ok=True)
            self.forget()

    def _note(self, tag: str) -> None:
        if tag.startswith('"'):  # a weak tag says nothing about single bytes
            self._tag.write_text(tag)
        else:
            self.forget()

    def _opened(self, mode: str) -> IO[bytes]:
        try:
            return self.path.open(mode, buffering=0)
        except OSError as error:
            raise self._not_stored(error) from error

    def _store(self, stream: IO[bytes], chunk: bytes) -> None:
        try:
            stream.write(chunk)
        except OSError as error:
            raise self._not_stored(error) from error

    def _not_stored(self, error: OSError) -> AstrolibError:
        return AstrolibError(
            f"cannot be written ({error.strerror})",
            where=self.path.parent,
            remedy="make room, or choose another folder",
        )
