"""What every room shares: records, schemas, settings, paths, errors and guarded reading.

========== =====================================================================
errors     what was wrong, where, and the remedy
outcome    found, none or failed
spectrum   one spectrum as the rooms pass it on
schema     the tables that travel between rooms
settings   what a person or a site may set
paths      where everything lies
files      whole or not at all
csv_cells  texts in CSV that no spreadsheet runs
fits       open a FITS file that a stranger made
votable    read a VOTable that a stranger made
addresses  which addresses may be asked
progress   how a long function says how far it is
========== =====================================================================
"""
