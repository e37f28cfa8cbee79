"""Where the hub keeps its things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Layout:
    """Where everything of one hub lies, below ``$ASTROLIB_HOME``.

    Parameters
    ----------
    home : Path
        ``$ASTROLIB_HOME``, absolute.
    """

    home: Path

    @property
    def hub(self) -> Path:
        """What only the hub reads: passwords, database, secrets, logs."""
        return self.home / "hub"

    @property
    def users(self) -> Path:
        """The users' homes, one folder per name."""
        return self.home / "users"

    @property
    def logs(self) -> Path:
        """What the users' servers write, one file per name."""
        return self.hub / "servers"

    @property
    def ports(self) -> Path:
        """The file that holds the ports of this hub, until it is stopped in good order."""
        return self.hub / "ports.json"

    @property
    def address(self) -> Path:
        """The file that holds the hub's address while it runs."""
        return self.home / "run" / "hub.json"

    def make(self) -> Layout:
        """Make the folders, those with secrets open to their owner only, and return the layout.

        Raises
        ------
        OSError
            With the remedy, where one cannot be made.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.address.parent.mkdir(exist_ok=True)
            for folder in (self.hub, self.users, self.logs):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            remedy = "set ASTROLIB_HOME to a folder that you can write"
            raise OSError(f"{error.filename}: {error.strerror}; {remedy}") from error
        return self


def default_home() -> Path:
    """Return ``$ASTROLIB_HOME`` (default ``~/.local/share/astrolib``), absolute."""
    named = os.environ.get("ASTROLIB_HOME")
    return (Path(named).expanduser() if named else Path.home() / ".local" / "share" / "astrolib").resolve()


def notebooks_folder() -> Path:
    """Return the platform's notebooks: ``$ASTROLIB_NOTEBOOKS``, else the folder beside this one."""
    named = os.environ.get("ASTROLIB_NOTEBOOKS")
    return Path(named).expanduser().resolve() if named else HERE.parent / "notebooks"
