"""The kernel of a run: it says of an error whether its own line tells what was wrong and what to do about it.

What a kernel answers of an error is the name of its class, and the platform's errors are told from others by
their class alone, whichever room defines it.
"""

from __future__ import annotations

import sys
from typing import Any

from ipykernel.ipkernel import IPythonKernel

from astrolib.core.errors import AstrolibError


class TellingKernel(IPythonKernel):
    """Answers of a cell that failed, beside what every kernel answers, whether the error is ours."""

    async def do_execute(self, *given: Any, **more: Any) -> dict[str, Any]:
        """Execute a cell."""
        reply = await super().do_execute(*given, **more)
        if reply["status"] == "error":
            reply["ours"] = isinstance(getattr(sys, "last_value", None), AstrolibError)
        return reply
