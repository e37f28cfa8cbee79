"""What is refused in a file of the Minor Planet Center's formats, and where."""

from __future__ import annotations

from astrolib.core.errors import UnreadableFileError


class FormatError(UnreadableFileError):
    """A designation, line or document breaks the rules of its format."""
