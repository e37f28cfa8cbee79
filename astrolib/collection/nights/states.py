"""The states that nights, fields and frames go through, and from which to which they may be moved."""

from __future__ import annotations

from astrolib.core.errors import AstrolibError, RefusedError

STATES = ("created", "loaded", "reduced", "searched", "validated", "reported", "lost")
"""In the order of work; ``lost`` is lost to weather, and whatever else leaves nothing to work on."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "created": ("loaded", "lost"),
    "loaded": ("reduced", "created", "lost"),
    "reduced": ("searched", "loaded", "lost"),
    "searched": ("validated", "reduced", "lost"),
    "validated": ("reported", "searched"),
    "reported": ("validated",),
    "lost": ("created", "loaded"),
}
"""From each state those that may follow: one step on, or one back to do it again."""


class StaleMoveError(AstrolibError):
    """Somebody else has moved it since the person looked."""


def check(now: str, to: str, *, where: str, seen: str = "") -> None:
    """Refuse a move that is not allowed.

    Parameters
    ----------
    now, to : str
        The state it is in, and the one it shall be in.
    where : str
        Its name, for the error.
    seen : str
        The state that the person saw; '' makes no such claim.

    Raises
    ------
    StaleMoveError
        If it is no longer in the state that the person saw.
    RefusedError
        If `to` is no state, or may not follow `now`.
    """
    if to not in STATES:
        raise RefusedError(f"{to!r} is no state", where=where, remedy=f"choose one of {', '.join(STATES)}")
    if seen and seen != now:
        raise StaleMoveError(f"it is {now} by now, not {seen}", where=where, remedy="look again, and decide")
    if to not in ALLOWED[now]:
        raise RefusedError(
            f"{now} cannot become {to}", where=where, remedy=f"move it to {' or '.join(ALLOWED[now])}"
        )
