"""Difference images: what a frame shows that the others of its field do not.

=========== ==================================================================
matched     frames convolved so that all have one profile
saturated   the cores of saturated stars, put back from their wings
static_sky  the mean of the other frames
residual    what is left of stars after the subtraction
cells       the smooth background, and the scatter, of an image
subtraction all of it: the difference, with honest noise
peaks       its local maxima
measuring   places and fluxes along a path
=========== ==================================================================
"""
