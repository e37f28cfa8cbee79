"""What every search starts from: the frames of one field, made ready and laid on one grid.

=========== ==================================================================
broken      pixels that say nothing: saturated, bad columns, cosmic rays
pixels      a frame without its sky: its noise, what is broken, its sources
psf         its point-spread function
placement   where it lies on the common grid
vetting     which frames are of no use to a search
registered  the frames of a field on one grid
registering how they are brought there
=========== ==================================================================
"""
