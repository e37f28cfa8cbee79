"""A local archive: serves a folder of FITS spectra as the Virtual Observatory's archives serve theirs.

========== ====================================================================
entry      what is known of one spectrum
index      what the folder holds, read once
places     circles on the sky
parameters what a query says, checked
votable    the XML of an answer
columns    the columns of an answer, with their UCDs and utypes
ssap       which spectra match (Simple Spectral Access 1.1)
datalink   what belongs to a spectrum (DataLink 1.1)
sdm        one spectrum as a VOTable or FITS (Spectrum Data Model 1.1)
soda       a part of it (SODA 1.0)
preview    a drawing of it
stars      the stars: cone search (SCS 1.03) and names
catalogue  what stands about them
neighbours what SIMBAD and Gaia would say of it
skybot     what SkyBoT would say of the simulated night
image      a picture of it, as hips2fits gives one
app        the addresses
serve      from a folder to a running service
========== ====================================================================
"""
