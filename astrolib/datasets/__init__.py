"""Frozen, hashed, leak-proof training sets.

======== =======================================================================
split    train, validation and test, object by object
leaks    refuse a split that shares an object or a place
manifest a frozen dataset: what is in it, where it belongs, and its hash
======== =======================================================================
"""

from astrolib.datasets.leaks import LeakError, check_leaks
from astrolib.datasets.manifest import Dataset, freeze
from astrolib.datasets.split import FRACTIONS

__all__ = ["FRACTIONS", "Dataset", "LeakError", "check_leaks", "freeze"]
