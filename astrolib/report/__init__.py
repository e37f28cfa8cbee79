"""Report: what may leave the platform, and the ledger of what left.

=========== ======================================================================
site        the site file: who observed where, with what
verdicts    the word of named persons, from the label store or a table
selection   which tracklets go into a report, and why the others do not
naming      official designations, and names of our own
positions   one measured position as an ADES record
mpc_lines   the same in 80 columns
submissions the ledger of what was reported: nothing leaves twice
official    the check by the official tools
moving      reported frames and nights, in the ledger
scores      digest2, where it is installed
writing     the files, whole or not at all
=========== ======================================================================
"""

from __future__ import annotations

from astrolib.report.site import Site, SiteError, read_site
from astrolib.report.submissions import Submission, Submissions
from astrolib.report.summary import REPORTED, names_in_doubt
from astrolib.report.tables import read_tables
from astrolib.report.verdicts import read_validations
from astrolib.report.writing import Report, write_report

__all__ = [
    "REPORTED",
    "Report",
    "Site",
    "SiteError",
    "Submission",
    "Submissions",
    "names_in_doubt",
    "read_site",
    "read_tables",
    "read_validations",
    "write_report",
]
