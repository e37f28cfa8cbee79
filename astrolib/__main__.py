"""The command `astrolib`, as ``python -m astrolib``."""

import sys

from astrolib.cli import main

sys.exit(main())
