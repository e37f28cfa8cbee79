"""The command `astrolib`: one file a command, each of which imports its rooms when it is called.

======= ======================================================
command the parser of all, and what becomes of an error
hub     start the hub on this machine
run     run a batch notebook, with progress
printed what it printed in the end
sky     make the simulated universe, and serve it
doctor  what works here, and what to do about what does not
======= ======================================================
"""

from astrolib.cli.command import main

__all__ = ["main"]
