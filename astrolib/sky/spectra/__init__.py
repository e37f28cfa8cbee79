"""Simulated spectra of normal stars and of Be stars, with the truth about each.

============= ====================================================================
classes       the classes of an H-alpha profile
stars         who they are: temperatures, rotation, discs, winds
velocity      profiles on a velocity grid: broadened, shifted, averaged over pixels
photosphere   absorption lines of the star, and molecules
disc          emission of a Keplerian disc, and absorption in front of the star
instrument    the samplings of Ondrejov and of LAMOST, or a band of them
atmosphere    what the Earth's air takes away
defects       continua, cosmic hits and dead pixels as they should not be
profiles      the lines of a star as an instrument sees them before noise
circumstances light, air, dust, and the motion of the Earth
exposure      flux, inverse variance and mask as they are recorded
truth         what can be seen in a profile without noise
simulate      all of this as matrices
survey        as many of each look as are asked for, in portions
layouts       FITS files as the two archives write them
plans         who is observed when
universe      a folder of them
============= ====================================================================
"""
