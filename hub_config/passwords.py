"""Passwords that the hub makes once and keeps."""

from __future__ import annotations

import secrets
from pathlib import Path

from hub_config.files import write_private

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What can be read aloud and typed by a class: no l, 1, o, 0, i."""


def new_password(groups: int = 4) -> str:
    """Return `groups` groups of four characters, about 20 bits each, joined by hyphens."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(groups))


def keep_password(path: Path, groups: int = 4, shortest: int = 8) -> str:
    """Return the password in `path`, made on the first call and kept from then on.

    Parameters
    ----------
    path : Path
        A file with the password on one line, mode 0600. A site may write its own.
    groups : int
        Length of a new password, in groups of four characters.
    shortest : int
        The fewest characters that are accepted.

    Raises
    ------
    ValueError
        If the file holds a password that is too short or not plain ASCII.
    """
    if not path.exists():
        write_private(path, new_password(groups) + "\n")
    path.chmod(0o600)
    password = path.read_text(encoding="utf-8").strip()
    if len(password) < shortest or not password.isascii():
        raise ValueError(
            f"{path}: a password takes at least {shortest} plain characters; write one, or delete the file"
        )
    return password
