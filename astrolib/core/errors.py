"""The errors of the platform: each says what was wrong, where, and the remedy, in one line."""

from __future__ import annotations


class AstrolibError(Exception):
    """What went wrong, where, and what to do about it, on one line.

    Parameters
    ----------
    what : str
        What was wrong, as a short sentence without a full stop.
    where : str, optional
        The file, address, key or cell.
    remedy : str, optional
        What the reader can do about it.
    """

    def __init__(self, what: str, *, where: object = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, str(where), remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return " ".join(f"{place}{self.what}{remedy}".split())


class RefusedError(AstrolibError):
    """The request is refused before anything was read, sent or written."""


class SettingsError(RefusedError):
    """A setting is unknown, ill-typed or missing."""


class ParameterError(RefusedError):
    """A notebook's parameter is unknown, ill-typed or missing."""


class AddressError(RefusedError):
    """An address is malformed, or points where a document must not lead us."""


class HostileFileError(RefusedError):
    """A file claims more than it holds, or reaches outside itself."""


class UnreadableFileError(AstrolibError):
    """A file is damaged, or in a layout that nobody here reads."""


class SchemaError(AstrolibError):
    """A table lacks a column, or holds one of another type or unit."""


class ServiceError(AstrolibError):
    """A remote service did not answer, or answered with an error."""
