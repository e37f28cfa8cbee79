"""Simulated spectra of normal B and A stars and of Be stars, with the truth about each.

=========== ====================================================================
classes     the classes of an H-alpha profile
stars       who they are: temperatures, rotation, discs, winds
velocity    profiles on a velocity grid: broadened, shifted, averaged over pixels
photosphere absorption lines of the star
disc        emission of a Keplerian disc, and absorption in front of the star
instrument  the samplings of Ondrejov and of LAMOST
atmosphere  what the Earth's air takes away
defects     continua, cosmic hits and dead pixels as they should not be
truth       what can be seen in a profile without noise
simulate    all of this as matrices
layouts     FITS files as the two archives write them
universe    a folder of them
=========== ====================================================================
"""
